package dev.berth.shim;

/** A property of a mount (mount_setattr(2)). */
public enum MountFlag {
  READONLY(1),
  NOSUID(2),
  NODEV(4),
  NOEXEC(8),
  NOATIME(0x10),
  NODIRATIME(0x80),
  NOSYMFOLLOW(0x200000);

  private final int bit;

  MountFlag(int bit) {
    this.bit = bit;
  }

  /** The kernel's MOUNT_ATTR_ bit. */
  int bit() {
    return bit;
  }
}
