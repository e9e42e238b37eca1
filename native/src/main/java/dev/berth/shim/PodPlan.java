package dev.berth.shim;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces that the containers of a pod share.
 *
 * @param newNet whether the pod gets a network namespace; otherwise it uses the machine's
 * @param newIpc whether it gets an IPC namespace
 * @param newUts whether it gets a UTS namespace
 * @param sharedPid whether its containers share one PID namespace, whose PID 1 only reaps
 * @param hostname set in a new UTS namespace; empty leaves the machine's
 * @param shmBytes size of the pod's {@code /dev/shm}; used with a new IPC namespace only
 * @param sysctls key with dots → value, written inside the pod's namespaces
 * @param users the user namespace that the pod gets and that owns all others; null for the
 *     machine's
 */
public record PodPlan(
    boolean newNet,
    boolean newIpc,
    boolean newUts,
    boolean sharedPid,
    String hostname,
    long shmBytes,
    Map<String, String> sysctls,
    @Nullable PodUsers users) {

  /** What a pod's {@code /dev/shm} holds unless something else is asked for: 64 MiB. */
  public static final long DEFAULT_SHM_BYTES = 64L << 20;

  public PodPlan {
    sysctls = Map.copyOf(sysctls);
  }

  /** A pod that uses the machine's ids. */
  public PodPlan(
      boolean newNet,
      boolean newIpc,
      boolean newUts,
      boolean sharedPid,
      String hostname,
      long shmBytes,
      Map<String, String> sysctls) {
    this(newNet, newIpc, newUts, sharedPid, hostname, shmBytes, sysctls, null);
  }

  /** Whether a pod made by one plan can be made into the other's by naming it. */
  public boolean sharesNamespacesOf(PodPlan other) {
    return newNet == other.newNet
        && newIpc == other.newIpc
        && newUts == other.newUts
        && sharedPid == other.sharedPid
        && shmBytes == other.shmBytes
        && users == null
        && other.users == null;
  }

  /** The same with other sysctls. */
  public PodPlan withSysctls(Map<String, String> other) {
    return new PodPlan(newNet, newIpc, newUts, sharedPid, hostname, shmBytes, other, users);
  }
}
