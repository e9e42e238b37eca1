package dev.berth.config;

/** Who makes the containers' control groups. The kubelet must be told the same. */
public enum CgroupDriver {
  /** Berth writes to the cgroup file system itself. */
  CGROUPFS
}
