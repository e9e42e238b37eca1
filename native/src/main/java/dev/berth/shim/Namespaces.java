package dev.berth.shim;

import org.jspecify.annotations.Nullable;

/**
 * A container's namespaces. The mount namespace is always its own.
 *
 * @param net POD or HOST
 * @param ipc POD or HOST
 * @param uts POD, NEW or HOST
 * @param pid any mode
 * @param cgroup NEW or HOST; NEW has an effect on a cgroup v2 machine only
 * @param targetContainer id of the container whose processes are joined, with pid TARGET
 */
public record Namespaces(
    NamespaceMode net,
    NamespaceMode ipc,
    NamespaceMode uts,
    NamespaceMode pid,
    NamespaceMode cgroup,
    @Nullable String targetContainer) {

  /** The usual ones: net, ipc and uts of the pod, pid and cgroup of its own. */
  public static final Namespaces DEFAULT =
      new Namespaces(
          NamespaceMode.POD,
          NamespaceMode.POD,
          NamespaceMode.POD,
          NamespaceMode.NEW,
          NamespaceMode.NEW,
          null);

  public Namespaces {
    if ((pid == NamespaceMode.TARGET) != (targetContainer != null)) {
      throw new IllegalArgumentException("target container goes with pid mode TARGET only");
    }
    if (net == NamespaceMode.TARGET
        || ipc == NamespaceMode.TARGET
        || uts == NamespaceMode.TARGET
        || cgroup == NamespaceMode.TARGET) {
      throw new IllegalArgumentException("only the pid namespace can be a target container's");
    }
  }
}
