package dev.berth.shim;

/** Which namespace of one kind a container lives in. */
public enum NamespaceMode {
  /** The pod's; for pid the shared one of the pod, which needs {@link PodPlan#sharedPid}. */
  POD,
  /** One of the container's own. */
  NEW,
  /** The machine's. */
  HOST,
  /** That of another running container of the pod (pid only). */
  TARGET
}
