package dev.berth.shim;

/**
 * A device file made in the container after its mounts.
 *
 * @param path absolute path in the container
 * @param type character or block
 * @param mode permission bits
 */
public record DeviceNode(String path, Type type, int major, int minor, int mode, int uid, int gid) {

  /** Kind of device. */
  public enum Type {
    CHARACTER,
    BLOCK
  }
}
