package dev.berth.shim;

/** Whether mounts made later on one side of a bind mount appear on the other. */
public enum Propagation {
  /** Neither way. */
  PRIVATE,
  /** From the machine into the container. */
  SLAVE,
  /** Both ways. */
  SHARED
}
