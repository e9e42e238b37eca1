package dev.berth.spec;

import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.UserNamespace;
import dev.berth.fault.Fault;
import dev.berth.spec.check.Refusal;

/**
 * Which namespaces a pod has of its own.
 *
 * @param hostNetwork whether it uses the machine's network, and then the machine's host name
 * @param hostIpc whether it uses the machine's IPC objects
 * @param pid POD when its containers share their processes, CONTAINER or NODE
 */
record PodModes(boolean hostNetwork, boolean hostIpc, NamespaceMode pid) {

  /**
   * Reads them.
   *
   * @param field path of the namespace options
   * @throws Fault.InvalidArgument a mode that a pod cannot have
   */
  static PodModes of(String field, NamespaceOption options) {
    boolean network = host(field + ".network", options.getNetwork());
    boolean ipc = host(field + ".ipc", options.getIpc());
    NamespaceMode pid = options.getPid();
    if (pid != NamespaceMode.POD && pid != NamespaceMode.CONTAINER && pid != NamespaceMode.NODE) {
      throw Refusal.of(field + ".pid", pid, "a pod's is POD, CONTAINER or NODE");
    }
    if (options.hasUsernsOptions()) {
      checkUser(field + ".userns_options", options.getUsernsOptions());
    }
    return new PodModes(network, ipc, pid);
  }

  private static boolean host(String field, NamespaceMode mode) {
    return switch (mode) {
      case POD -> false;
      case NODE -> true;
      default -> throw Refusal.of(field, mode, "is POD or NODE");
    };
  }

  private static void checkUser(String field, UserNamespace options) {
    switch (options.getMode()) {
      case NODE -> {
        if (options.getUidsCount() > 0 || options.getGidsCount() > 0) {
          throw Refusal.of(field + ".mode", options.getMode(), "takes no id mappings");
        }
      }
      case POD ->
          throw new Fault.Unimplemented(
              field + ".mode \"POD\": user namespaces are not supported yet");
      default -> throw Refusal.of(field + ".mode", options.getMode(), "is POD or NODE");
    }
  }
}
