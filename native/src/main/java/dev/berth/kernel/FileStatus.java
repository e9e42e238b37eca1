package dev.berth.kernel;

/**
 * What statx tells about a file (statx(2)).
 *
 * @param type its kind
 * @param permissions the low twelve bits of its mode
 * @param owner user id
 * @param group group id
 * @param size bytes
 * @param blocks units of 512 bytes it takes on its file system
 * @param inode inode number
 * @param links number of hard links
 * @param device the file system it is on
 * @param represents the device a device node stands for; 0:0 for others
 * @param accessed time of the last access
 * @param modified time of the last change of its bytes
 * @param changed time of the last change of its metadata
 * @param mountId the mount it was reached through; 0 where the kernel does not say
 */
public record FileStatus(
    FileType type,
    int permissions,
    int owner,
    int group,
    long size,
    long blocks,
    long inode,
    int links,
    Device device,
    Device represents,
    Timestamp accessed,
    Timestamp modified,
    Timestamp changed,
    long mountId) {

  /** Type and permissions as one number, as mknodat takes it. */
  public int mode() {
    return type.bits() | permissions;
  }
}
