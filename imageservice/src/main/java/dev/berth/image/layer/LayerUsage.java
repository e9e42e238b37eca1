package dev.berth.image.layer;

/**
 * What an unpacked layer takes on disk, and a sum over what its files hold.
 *
 * <p>The sum is there to find decay, not malice: it adds up one number a file, made of the CRC-32C
 * and the length of its content, so it does not depend on an order and costs next to nothing while
 * the content passes. What a symbolic link says counts as content.
 *
 * @param bytes content rounded up to blocks of 4 KiB, one block a directory
 * @param inodes files, directories, links and devices; hard links count once
 * @param sum over the contents, modulo 2^64; 0 where it is not known
 */
public record LayerUsage(long bytes, long inodes, long sum) {
  static final int BLOCK = 4096;

  /** Nothing. */
  public static final LayerUsage NONE = new LayerUsage(0, 0, 0);

  /** A directory's share. */
  static LayerUsage ofDirectory() {
    return new LayerUsage(BLOCK, 1, 0);
  }

  /**
   * A file's share.
   *
   * @param size its content's length
   * @param crc the content's CRC-32C
   */
  static LayerUsage ofFile(long size, int crc) {
    return new LayerUsage(blocks(size), 1, mixed(size, crc));
  }

  /** A symbolic link's share, which takes an inode only. */
  static LayerUsage ofLink(long size, int crc) {
    return new LayerUsage(0, 1, mixed(size, crc));
  }

  /** A device's or pipe's share. */
  static LayerUsage ofNode() {
    return new LayerUsage(0, 1, 0);
  }

  private static long blocks(long size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Spreads the bits (the finalizer of SplitMix64), so that changes in two files do not cancel. */
  private static long mixed(long size, int crc) {
    long z = (size << 32 ^ size >>> 32) ^ Integer.toUnsignedLong(crc);
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** Whether another count of the same layer may be right. */
  boolean agrees(LayerUsage other) {
    boolean sums = sum == other.sum || sum == 0 || other.sum == 0;
    return bytes == other.bytes && inodes == other.inodes && sums;
  }

  /** Both together. */
  public LayerUsage plus(LayerUsage other) {
    return new LayerUsage(bytes + other.bytes, inodes + other.inodes, sum + other.sum);
  }

  /** This without the other. */
  public LayerUsage minus(LayerUsage other) {
    return new LayerUsage(bytes - other.bytes, inodes - other.inodes, sum - other.sum);
  }
}
