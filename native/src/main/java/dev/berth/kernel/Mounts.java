package dev.berth.kernel;

import java.util.List;

/**
 * Mounts by descriptor, and the two classic calls (fsopen(2), open_tree(2), move_mount(2),
 * mount_setattr(2), mount(2), umount2(2)).
 *
 * <p>A detached mount lives as long as its descriptor. All calls throw {@link ErrnoException} with
 * the errnos of their man page; those about a file system context carry the kernel's own messages.
 */
public interface Mounts {

  /** Begins a file system context, e.g. {@code overlay}. */
  Fd fsopen(String type) throws ErrnoException;

  /** Sets an option that takes no value. */
  void setFlag(Fd context, String key) throws ErrnoException;

  /** Sets an option to text; at most 255 bytes (the kernel's limit). */
  void setString(Fd context, String key, String value) throws ErrnoException;

  /** Sets an option to an open file, e.g. {@code lowerdir+} (overlay since about 6.13). */
  void setFd(Fd context, String key, Fd value) throws ErrnoException;

  /** Makes the file system with the options set so far. */
  void create(Fd context) throws ErrnoException;

  /** The messages the kernel left in the context, oldest first; reading takes them. */
  List<String> messages(Fd context) throws ErrnoException;

  /**
   * A detached mount of a file system made by {@link #create}.
   *
   * @param attributes MOUNT_ATTR_ flags
   */
  Fd fsmount(Fd context, int attributes) throws ErrnoException;

  /** Opens a mount tree, or with OPEN_TREE_CLONE a detached copy of it. */
  Fd openTree(Fd dir, String path, int flags) throws ErrnoException;

  /** Attaches a mount; an empty path with MOVE_MOUNT_F_EMPTY_PATH is the descriptor's own. */
  void moveMount(Fd from, String fromPath, Fd to, String toPath, int flags) throws ErrnoException;

  /**
   * Changes a mount's attributes.
   *
   * @param flags AT_EMPTY_PATH and AT_RECURSIVE of {@link AtFlags}
   */
  void setAttributes(Fd dir, String path, int flags, MountAttributes attributes)
      throws ErrnoException;

  /** The classic mount call; flags MS_. */
  void mount(String source, String target, String type, long flags, String data)
      throws ErrnoException;

  /** Detaches a mount; flags 0, MNT_DETACH or UMOUNT_NOFOLLOW. */
  void umount(String target, int flags) throws ErrnoException;

  int OPEN_TREE_CLONE = 1;
  int MOVE_MOUNT_F_SYMLINKS = 0x01;
  int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
  int MOVE_MOUNT_T_SYMLINKS = 0x10;
  int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

  int MOUNT_ATTR_RDONLY = 0x01;
  int MOUNT_ATTR_NOSUID = 0x02;
  int MOUNT_ATTR_NODEV = 0x04;
  int MOUNT_ATTR_NOEXEC = 0x08;
  int MOUNT_ATTR_NOATIME = 0x10;
  int MOUNT_ATTR_ATIME = 0x70;
  int MOUNT_ATTR_IDMAP = 0x100000;
  int MOUNT_ATTR_NOSYMFOLLOW = 0x200000;

  int MS_RDONLY = 0x01;
  int MS_NOSUID = 0x02;
  int MS_NODEV = 0x04;
  int MS_NOEXEC = 0x08;
  int MS_REMOUNT = 0x20;
  int MS_BIND = 0x1000;
  int MS_MOVE = 0x2000;
  int MS_REC = 0x4000;
  int MS_UNBINDABLE = 1 << 17;
  int MS_PRIVATE = 1 << 18;
  int MS_SLAVE = 1 << 19;
  int MS_SHARED = 1 << 20;

  int MNT_FORCE = 1;
  int MNT_DETACH = 2;
  int UMOUNT_NOFOLLOW = 8;
}
