package dev.berth.shim;

import java.util.Map;

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
 */
public record PodPlan(
    boolean newNet,
    boolean newIpc,
    boolean newUts,
    boolean sharedPid,
    String hostname,
    long shmBytes,
    Map<String, String> sysctls) {

  /** What a pod's {@code /dev/shm} holds unless something else is asked for: 64 MiB. */
  public static final long DEFAULT_SHM_BYTES = 64L << 20;

  public PodPlan {
    sysctls = Map.copyOf(sysctls);
  }
}
