package dev.berth.spec;

import dev.berth.cri.v1.IDMapping;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.UserNamespace;
import dev.berth.shim.PodUsers;
import dev.berth.spec.check.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which namespaces a pod has of its own.
 *
 * @param hostNetwork whether it uses the machine's network, and then the machine's host name
 * @param hostIpc whether it uses the machine's IPC objects
 * @param pid POD when its containers share their processes, CONTAINER or NODE
 * @param users its user namespace, null for the machine's
 */
record PodModes(boolean hostNetwork, boolean hostIpc, NamespaceMode pid, @Nullable PodUsers users) {

  /**
   * Reads them.
   *
   * @param field path of the namespace options
   * @throws dev.berth.fault.Fault.InvalidArgument a mode that a pod cannot have
   */
  static PodModes of(String field, NamespaceOption options) {
    boolean network = host(field + ".network", options.getNetwork(), options.getNetworkValue());
    boolean ipc = host(field + ".ipc", options.getIpc(), options.getIpcValue());
    NamespaceMode pid = options.getPid();
    if (pid != NamespaceMode.POD && pid != NamespaceMode.CONTAINER && pid != NamespaceMode.NODE) {
      throw Refusal.of(
          field + ".pid", shown(pid, options.getPidValue()), "a pod's is POD, CONTAINER or NODE");
    }
    PodUsers users = users(field + ".userns_options", options);
    if (users != null && (ipc || pid == NamespaceMode.NODE)) {
      throw Refusal.of(
          field + ".userns_options.mode",
          "POD",
          "a pod that uses the machine's IPC or processes cannot have users of its own");
    }
    return new PodModes(network, ipc, pid, users);
  }

  private static boolean host(String field, NamespaceMode mode, int number) {
    return switch (mode) {
      case POD -> false;
      case NODE -> true;
      default -> throw Refusal.of(field, shown(mode, number), "is POD or NODE");
    };
  }

  /** A mode of a later CRI has only a number. */
  private static String shown(NamespaceMode mode, int number) {
    return mode == NamespaceMode.UNRECOGNIZED ? Integer.toString(number) : mode.name();
  }

  /**
   * The user namespace that options ask for, null for the machine's.
   *
   * @param field path of the user namespace's options
   */
  static @Nullable PodUsers users(String field, NamespaceOption options) {
    if (!options.hasUsernsOptions()) {
      return null;
    }
    UserNamespace asked = options.getUsernsOptions();
    return switch (asked.getMode()) {
      case NODE -> {
        if (asked.getUidsCount() > 0 || asked.getGidsCount() > 0) {
          throw Refusal.of(field + ".mode", asked.getMode(), "takes no id mappings");
        }
        yield null;
      }
      case POD ->
          new PodUsers(
              range(field + ".uids", asked.getUidsList()),
              range(field + ".gids", asked.getGidsList()));
      default ->
          throw Refusal.of(
              field + ".mode", shown(asked.getMode(), asked.getModeValue()), "is POD or NODE");
    };
  }

  /** One range that begins with root and stays clear of the machine's root. */
  static PodUsers.Range range(String field, List<IDMapping> mappings) {
    if (mappings.size() != 1) {
      throw Refusal.of(field, mappings.size() + " mappings", "there must be one");
    }
    IDMapping mapping = mappings.getFirst();
    long first = Integer.toUnsignedLong(mapping.getHostId());
    long length = Integer.toUnsignedLong(mapping.getLength());
    String shown =
        "%d→%d, %d long".formatted(mapping.getContainerId() & 0xffff_ffffL, first, length);
    if (mapping.getContainerId() != 0) {
      throw Refusal.of(field, shown, "must begin with the container's id 0");
    }
    if (first == 0 || length == 0 || first + length > Integer.MAX_VALUE) {
      throw Refusal.of(
          field, shown, "must lie between the machine's ids 1 and " + (Integer.MAX_VALUE - 1));
    }
    return new PodUsers.Range((int) first, (int) length);
  }
}
