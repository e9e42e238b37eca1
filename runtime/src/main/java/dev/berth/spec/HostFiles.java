package dev.berth.spec;

import java.util.List;
import java.util.Optional;

/**
 * The few questions a translation asks the machine's file system. May block: it may be a network.
 */
public interface HostFiles {

  /** What a path leads to, links followed; empty when it leads nowhere. */
  Optional<Found> find(String path);

  /** The device nodes in a directory and below, without links and without other file systems. */
  List<HostDevice> devicesBelow(String directory);

  /** How mounts spread from the mount that this path lies on. */
  Spread spread(String realPath);

  /**
   * A file.
   *
   * @param realPath absolute, without links
   * @param directory whether it is a directory
   */
  record Found(String realPath, boolean directory) {}

  /**
   * A device node.
   *
   * @param path absolute path on the machine
   * @param block whether it is a block device, otherwise a character device
   * @param mode permission bits
   */
  record HostDevice(String path, boolean block, int major, int minor, int mode, int uid, int gid) {}

  /** Propagation of a mount (mount_namespaces(7)). */
  enum Spread {
    PRIVATE,
    SLAVE,
    SHARED
  }
}
