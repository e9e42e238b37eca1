package dev.berth.kernel;

/**
 * What fstatfs tells about a file system (statfs(2)).
 *
 * @param type magic number
 * @param blockSize bytes of a block
 * @param blocks all blocks
 * @param blocksFree free blocks
 * @param blocksAvailable free blocks for the unprivileged
 * @param inodes all inodes; 0 where they are not counted
 * @param inodesFree free inodes
 * @param flags mount flags, among them {@link #READ_ONLY}
 */
public record FileSystemStatus(
    long type,
    long blockSize,
    long blocks,
    long blocksFree,
    long blocksAvailable,
    long inodes,
    long inodesFree,
    long flags) {

  public static final long READ_ONLY = 1;
  public static final long TMPFS = 0x01021994L;
  public static final long OVERLAY = 0x794c7630L;
  public static final long CGROUP1 = 0x27e0ebL;
  public static final long CGROUP2 = 0x63677270L;
  public static final long EXT4 = 0xef53L;

  /** Whether the file system is read-only. */
  public boolean readOnly() {
    return (flags & READ_ONLY) != 0;
  }
}
