package dev.berth.kernel;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Calls that name files by a path below an open directory.
 *
 * <p>Every call has a form with the path's bytes, since names in image layers need not be UTF-8,
 * and one with text. All throw {@link ErrnoException} with the errnos of their man page.
 */
public interface FileTree {

  /**
   * Opens a file (open(2)); O_CLOEXEC is always added.
   *
   * @param flags of {@link OpenFlags}
   * @param mode permissions of a file this call makes, less the umask
   */
  Fd open(Fd dir, byte[] path, int flags, int mode) throws ErrnoException;

  /**
   * Opens a file with a rule for how its path resolves (openat2(2)); O_CLOEXEC is always added.
   *
   * @param mode must be 0 unless flags hold O_CREAT or O_TMPFILE
   * @param resolve RESOLVE_ flags of {@link OpenFlags}
   */
  Fd openat2(Fd dir, byte[] path, int flags, int mode, int resolve) throws ErrnoException;

  /** Makes a directory with exactly this mode less the umask (mkdirat(2)). */
  void mkdirat(Fd dir, byte[] path, int mode) throws ErrnoException;

  /**
   * Makes a node (mknodat(2)).
   *
   * @param mode type and permissions
   * @param device {@link Device#NONE} unless the type is a device
   */
  void mknodat(Fd dir, byte[] path, int mode, Device device) throws ErrnoException;

  /** Makes a symbolic link at path that holds target (symlinkat(2)). */
  void symlinkat(byte[] target, Fd dir, byte[] path) throws ErrnoException;

  /** Makes a hard link (linkat(2)). */
  void linkat(Fd oldDir, byte[] oldPath, Fd newDir, byte[] newPath, int flags)
      throws ErrnoException;

  /** Renames (renameat2(2)), flags RENAME_ of {@link AtFlags}. */
  void renameat2(Fd oldDir, byte[] oldPath, Fd newDir, byte[] newPath, int flags)
      throws ErrnoException;

  /** Removes a name; flags 0 or AT_REMOVEDIR (unlinkat(2)). */
  void unlinkat(Fd dir, byte[] path, int flags) throws ErrnoException;

  /** What a symbolic link holds (readlinkat(2)); an empty path reads an O_PATH descriptor. */
  byte[] readlinkat(Fd dir, byte[] path) throws ErrnoException;

  /** Changes owner and group; −1 leaves one as it is (fchownat(2)). */
  void fchownat(Fd dir, byte[] path, int owner, int group, int flags) throws ErrnoException;

  /** Changes the permissions of what path names, following a link (fchmodat(2)). */
  void fchmodat(Fd dir, byte[] path, int mode) throws ErrnoException;

  /** Changes times (utimensat(2)). */
  void utimensat(Fd dir, byte[] path, Timestamp accessed, Timestamp modified, int flags)
      throws ErrnoException;

  /** Tells about a file (statx(2)); an empty path with AT_EMPTY_PATH is the descriptor's. */
  FileStatus statx(Fd dir, byte[] path, int flags) throws ErrnoException;

  /** Like {@link #statx}, empty when no such file exists (ENOENT, ENOTDIR). */
  default Optional<FileStatus> statIfPresent(Fd dir, byte[] path, int flags) throws ErrnoException {
    try {
      return Optional.of(statx(dir, path, flags));
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Gives every name in a directory opened for reading (not O_PATH), from its beginning, without
   * {@code .} and {@code ..} (getdents64(2)). Names added or removed meanwhile may or may not
   * appear.
   */
  void list(Fd dir, Consumer<DirectoryEntry> visitor) throws ErrnoException;

  /** Every name in an open directory, as a list. */
  default List<DirectoryEntry> list(Fd dir) throws ErrnoException {
    var entries = new java.util.ArrayList<DirectoryEntry>();
    list(dir, entries::add);
    return entries;
  }

  /** Sets an extended attribute of what path names, following a link (setxattr(2)). */
  void setxattr(byte[] path, String name, byte[] value, int flags) throws ErrnoException;

  /** Sets an extended attribute of the name itself (lsetxattr(2)). */
  void lsetxattr(byte[] path, String name, byte[] value, int flags) throws ErrnoException;

  /** An extended attribute, empty when it is not set, following a link (getxattr(2)). */
  Optional<byte[]> getxattr(byte[] path, String name) throws ErrnoException;

  // Forms with text.

  default Fd open(Fd dir, String path, int flags, int mode) throws ErrnoException {
    return open(dir, bytes(path), flags, mode);
  }

  default Fd openat2(Fd dir, String path, int flags, int mode, int resolve) throws ErrnoException {
    return openat2(dir, bytes(path), flags, mode, resolve);
  }

  default void mkdirat(Fd dir, String path, int mode) throws ErrnoException {
    mkdirat(dir, bytes(path), mode);
  }

  default void mknodat(Fd dir, String path, int mode, Device device) throws ErrnoException {
    mknodat(dir, bytes(path), mode, device);
  }

  default void symlinkat(String target, Fd dir, String path) throws ErrnoException {
    symlinkat(bytes(target), dir, bytes(path));
  }

  default void linkat(Fd oldDir, String oldPath, Fd newDir, String newPath, int flags)
      throws ErrnoException {
    linkat(oldDir, bytes(oldPath), newDir, bytes(newPath), flags);
  }

  default void renameat2(Fd oldDir, String oldPath, Fd newDir, String newPath, int flags)
      throws ErrnoException {
    renameat2(oldDir, bytes(oldPath), newDir, bytes(newPath), flags);
  }

  default void unlinkat(Fd dir, String path, int flags) throws ErrnoException {
    unlinkat(dir, bytes(path), flags);
  }

  default String readlinkat(Fd dir, String path) throws ErrnoException {
    return new String(readlinkat(dir, bytes(path)), StandardCharsets.UTF_8);
  }

  default void fchownat(Fd dir, String path, int owner, int group, int flags)
      throws ErrnoException {
    fchownat(dir, bytes(path), owner, group, flags);
  }

  default void fchmodat(Fd dir, String path, int mode) throws ErrnoException {
    fchmodat(dir, bytes(path), mode);
  }

  default void utimensat(Fd dir, String path, Timestamp accessed, Timestamp modified, int flags)
      throws ErrnoException {
    utimensat(dir, bytes(path), accessed, modified, flags);
  }

  default FileStatus statx(Fd dir, String path, int flags) throws ErrnoException {
    return statx(dir, bytes(path), flags);
  }

  default Optional<FileStatus> statIfPresent(Fd dir, String path, int flags) throws ErrnoException {
    return statIfPresent(dir, bytes(path), flags);
  }

  /** Sets an attribute of an open file, also of one opened with O_PATH. */
  default void setxattr(Fd file, String name, byte[] value, int flags) throws ErrnoException {
    setxattr(bytes(file.procPath()), name, value, flags);
  }

  /** An attribute of an open file, also of one opened with O_PATH. */
  default Optional<byte[]> getxattr(Fd file, String name) throws ErrnoException {
    return getxattr(bytes(file.procPath()), name);
  }

  private static byte[] bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8);
  }
}
