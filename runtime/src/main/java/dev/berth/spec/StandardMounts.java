package dev.berth.spec;

import dev.berth.spec.oci.OciMount;
import java.util.ArrayList;
import java.util.List;

/** The mounts that every container has unless its request brings its own in their place. */
final class StandardMounts {
  static final String SHM = "/dev/shm";

  private StandardMounts() {}

  /** The kernel's file systems and {@code /dev}. */
  static List<OciMount> kernel(boolean privileged, PodFiles pod) {
    String writable = privileged ? "rw" : "ro";
    return List.of(
        OciMount.of("/proc", "proc", "nosuid", "noexec", "nodev"),
        OciMount.of("/dev", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        OciMount.of("/sys", "sysfs", "nosuid", "noexec", "nodev", writable),
        OciMount.of(
            "/dev/pts",
            "devpts",
            "nosuid",
            "noexec",
            "newinstance",
            "ptmxmode=0666",
            "mode=0620",
            "gid=5"),
        OciMount.of("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        OciMount.bind(
            SHM, pod.shm(), List.of("rbind", "rprivate", "nosuid", "noexec", "nodev", "rw")),
        OciMount.of("/sys/fs/cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", writable));
  }

  /** The pod's files for names and addresses. */
  static List<OciMount> podFiles(boolean readonlyRoot, boolean mapped, PodFiles pod) {
    List<String> plain = List.of("rbind", "rprivate", readonlyRoot ? "ro" : "rw");
    var options = new ArrayList<>(plain);
    if (mapped) {
      options.add(MountOptions.MAPPED);
    }
    var mounts = new ArrayList<OciMount>();
    mounts.add(OciMount.bind("/etc/hostname", pod.hostname(), options));
    mounts.add(OciMount.bind("/etc/hosts", pod.hosts(), options));
    mounts.add(OciMount.bind("/etc/resolv.conf", pod.resolvConf(), options));
    return mounts;
  }
}
