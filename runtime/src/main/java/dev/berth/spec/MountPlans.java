package dev.berth.spec;

import dev.berth.shim.MountOp;
import dev.berth.spec.oci.OciMount;

/** From an OCI mount to the shim's. */
final class MountPlans {
  private static final int TMPFS_MODE = 01777;

  private MountPlans() {}

  /**
   * Translates.
   *
   * @param podShm the path that stands for the pod's {@code /dev/shm}
   * @throws IllegalArgumentException a type or option that Berth does not know
   */
  static MountOp of(OciMount mount, String podShm) {
    MountOptions options = MountOptions.of(mount);
    String target = mount.destination();
    return switch (mount.type()) {
      case "proc" -> new MountOp.Proc(target, options.flags());
      case "sysfs" -> new MountOp.Sysfs(target, options.flags());
      case "mqueue" -> new MountOp.Mqueue(target, options.flags());
      case "devpts" -> new MountOp.Devpts(target, options.flags());
      case "cgroup", "cgroup2" -> new MountOp.Cgroup(target, options.flags());
      case "tmpfs" -> tmpfs(mount, options);
      case ImageMounts.TYPE ->
          new MountOp.Image(
              target, options.flags(), ImageMounts.layers(mount), ImageMounts.part(mount));
      case "bind", "none", "" -> bind(mount, options, podShm);
      default ->
          throw new IllegalArgumentException(
              "mount on " + target + ": unknown type \"" + mount.type() + "\"");
    };
  }

  private static MountOp bind(OciMount mount, MountOptions options, String podShm) {
    return mount.source().equals(podShm)
        ? new MountOp.PodShm(mount.destination(), options.flags())
        : new MountOp.Bind(
            mount.source(),
            mount.destination(),
            options.flags(),
            options.recursive(),
            options.recursiveReadonly(),
            options.propagation(),
            options.mapped());
  }

  private static MountOp tmpfs(OciMount mount, MountOptions options) {
    String size = mount.option("size");
    String mode = mount.option("mode");
    return new MountOp.Tmpfs(
        mount.destination(),
        options.flags(),
        size == null ? 0 : bytes(size),
        mode == null ? TMPFS_MODE : Integer.parseInt(mode, 8));
  }

  /** A number of bytes with the suffixes of tmpfs(5). */
  private static long bytes(String size) {
    int last = size.length() - 1;
    int shift =
        switch (Character.toLowerCase(size.charAt(last))) {
          case 'k' -> 10;
          case 'm' -> 20;
          case 'g' -> 30;
          default -> 0;
        };
    return Math.multiplyExact(
        Long.parseLong(shift == 0 ? size : size.substring(0, last)), 1L << shift);
  }
}
