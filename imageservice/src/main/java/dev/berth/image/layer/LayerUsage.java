package dev.berth.image.layer;

/**
 * What an unpacked layer takes on disk.
 *
 * @param bytes content rounded up to blocks of 4 KiB, one block a directory
 * @param inodes files, directories, links and devices; hard links count once
 */
public record LayerUsage(long bytes, long inodes) {
  static final int BLOCK = 4096;

  /** Nothing. */
  public static final LayerUsage NONE = new LayerUsage(0, 0);

  /** A directory's share. */
  static LayerUsage ofDirectory() {
    return new LayerUsage(BLOCK, 1);
  }

  /** A file's share; links and devices have no bytes. */
  static LayerUsage ofFile(long size) {
    return new LayerUsage((size + BLOCK - 1) / BLOCK * BLOCK, 1);
  }

  /** Both together. */
  public LayerUsage plus(LayerUsage other) {
    return new LayerUsage(bytes + other.bytes, inodes + other.inodes);
  }

  /** This without the other. */
  public LayerUsage minus(LayerUsage other) {
    return new LayerUsage(bytes - other.bytes, inodes - other.inodes);
  }
}
