package dev.berth.spec;

import dev.berth.cri.v1.Capability;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciProcess;
import java.util.List;

/**
 * The capabilities a container gets.
 *
 * <p>Starts from the default set; {@code ALL} added means everything, {@code ALL} dropped means
 * nothing, both together nothing; then every single name is added, then every single name dropped.
 * What the daemon itself does not have cannot be given and is left out: {@link #withheld} says
 * which. The inheritable set is the ambient one, which is empty unless the request names ambient
 * capabilities: the kernel demands that much, and anything more would let a program with file
 * capabilities raise itself.
 *
 * @param mask bounding, effective and permitted set
 * @param ambient kept across an exec by a user that is not root; within mask
 * @param withheld asked for, but the daemon does not have them
 */
record CapabilityChoice(long mask, long ambient, long withheld) {
  private static final String EVERY = "ALL";

  /**
   * Decides.
   *
   * @param field path of the request's capability message
   * @param available what the daemon has
   * @throws dev.berth.fault.Fault.InvalidArgument a name does not exist
   */
  static CapabilityChoice of(String field, Capability request, boolean privileged, long available) {
    long wanted = privileged ? CapabilitySet.ALL : unprivileged(field, request);
    long ambient =
        mask(field + ".add_ambient_capabilities", request.getAddAmbientCapabilitiesList());
    long asked = wanted | ambient;
    return new CapabilityChoice(asked & available, ambient & available, asked & ~available);
  }

  private static long unprivileged(String field, Capability request) {
    List<String> add = request.getAddCapabilitiesList();
    List<String> drop = request.getDropCapabilitiesList();
    long start = CapabilitySet.DEFAULT;
    if (hasEvery(add)) {
      start = CapabilitySet.ALL;
    }
    if (hasEvery(drop)) {
      start = 0;
    }
    long added = mask(field + ".add_capabilities", add);
    return (start | added) & ~mask(field + ".drop_capabilities", drop);
  }

  private static boolean hasEvery(List<String> names) {
    return names.stream().anyMatch(EVERY::equalsIgnoreCase);
  }

  private static long mask(String field, List<String> names) {
    long mask = 0;
    for (String name : names) {
      if (!EVERY.equalsIgnoreCase(name)) {
        int number =
            CapabilitySet.number(name)
                .orElseThrow(() -> Refusal.of(field, name, "no such capability"));
        mask |= 1L << number;
      }
    }
    return mask;
  }

  OciProcess.Capabilities toOci() {
    List<String> names = CapabilitySet.names(mask);
    List<String> ambientNames = CapabilitySet.names(ambient);
    return new OciProcess.Capabilities(names, names, ambientNames, names, ambientNames);
  }
}
