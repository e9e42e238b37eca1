package dev.berth.spec;

import dev.berth.spec.check.Paths;
import dev.berth.spec.oci.OciMount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All mounts of a container in the order they are made: what lies deeper comes later, so that no
 * mount hides one made before it; mounts of equal depth keep the order standard, pod's, request's.
 *
 * <p>A mount of the request takes the place of the standard one with the same target. One over
 * {@code /dev} brings its own devices: then nothing of ours is put below it.
 */
final class ContainerMounts {
  private static final String DEV = "/dev";

  private ContainerMounts() {}

  static List<OciMount> merge(
      List<OciMount> kernel, List<OciMount> podFiles, List<OciMount> request) {
    Set<String> taken = request.stream().map(OciMount::destination).collect(Collectors.toSet());
    var all = new ArrayList<OciMount>();
    kernel.stream().filter(m -> stays(m, taken)).forEach(all::add);
    podFiles.stream().filter(m -> stays(m, taken)).forEach(all::add);
    all.addAll(request);
    all.sort(Comparator.comparingInt(m -> Paths.depth(m.destination())));
    return all;
  }

  private static boolean stays(OciMount mount, Set<String> taken) {
    boolean belowTheirDev = taken.contains(DEV) && Paths.within(DEV, mount.destination());
    return !taken.contains(mount.destination()) && !belowTheirDev;
  }
}
