package dev.berth.cgroup;

import dev.berth.kernel.AtFlags;
import dev.berth.kernel.DirectoryEntry;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.FileStatus;
import dev.berth.kernel.FileType;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cgroup file system: directories that the kernel fills, and files of a line or a few. */
final class CgroupFiles {

  private static final int MODE = 0755;
  private static final int READ_BYTES = 4096;

  private final Kernel kernel;

  CgroupFiles(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Makes a directory, whose parent must be there. */
  void mkdir(String dir) throws ErrnoException {
    kernel.tree().mkdirat(Fd.CWD, dir, MODE);
  }

  /** Removes a directory that has no processes and no directories. */
  void rmdir(String dir) throws ErrnoException {
    kernel.tree().unlinkat(Fd.CWD, dir, AtFlags.AT_REMOVEDIR);
  }

  boolean isDirectory(String dir) throws ErrnoException {
    return kernel
        .tree()
        .statIfPresent(Fd.CWD, bytes(dir), AtFlags.AT_SYMLINK_NOFOLLOW)
        .filter(status -> status.type() == FileType.DIRECTORY)
        .isPresent();
  }

  /** Writes a value at once, as the kernel wants it. */
  void write(String dir, String file, String value) throws ErrnoException {
    writeEach(dir, file, List.of(value));
  }

  /** Writes values one after the other, each with a call of its own. */
  void writeEach(String dir, String file, List<String> values) throws ErrnoException {
    FileIo io = kernel.io();
    try (Fd fd = kernel.tree().open(Fd.CWD, path(dir, file), OpenFlags.O_WRONLY, 0)) {
      for (String value : values) {
        io.write(fd, ByteBuffer.wrap(bytes(value)));
      }
    }
  }

  /** A file's text without the newline at its end. */
  String read(String dir, String file) throws ErrnoException {
    var text = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    try (Fd fd = kernel.tree().open(Fd.CWD, path(dir, file), OpenFlags.O_RDONLY, 0)) {
      while (kernel.io().read(fd, buffer.clear()) > 0) {
        text.write(buffer.array(), 0, buffer.position());
      }
    }
    return text.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  /** Like {@link #read}, empty when there is no such file or directory. */
  Optional<String> readIfPresent(String dir, String file) throws ErrnoException {
    try {
      return Optional.of(read(dir, file));
    } catch (ErrnoException e) {
      if (gone(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The directories directly below, as absolute paths; none when it is gone. */
  List<String> children(String dir) throws ErrnoException {
    int flags = AtFlags.AT_SYMLINK_NOFOLLOW;
    Optional<FileStatus> status = kernel.tree().statIfPresent(Fd.CWD, bytes(dir), flags);
    // The kernel counts a directory's name, its dot and the two dots of each one below: asking
    // that is much cheaper than listing dozens of files.
    if (status.isEmpty() || status.get().links() == 2) {
      return List.of();
    }
    return entries(dir).stream()
        .filter(entry -> entry.type() == FileType.DIRECTORY)
        .map(entry -> path(dir, entry.name()))
        .toList();
  }

  /** The names of everything directly in a directory; none when it is gone. */
  List<String> names(String dir) throws ErrnoException {
    return entries(dir).stream().map(DirectoryEntry::name).toList();
  }

  private List<DirectoryEntry> entries(String dir) throws ErrnoException {
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
    try (Fd fd = kernel.tree().open(Fd.CWD, dir, flags, 0)) {
      return kernel.tree().list(fd);
    } catch (ErrnoException e) {
      if (gone(e)) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * The processes directly in a cgroup, those that this process can name; none when it is gone. A
   * process outside our PID namespace is listed by the kernel as 0 and left out: to signal 0 would
   * signal ourselves.
   */
  List<Integer> processes(String dir) throws ErrnoException {
    var pids = new ArrayList<Integer>();
    for (String line : readIfPresent(dir, "cgroup.procs").orElse("").lines().toList()) {
      int pid = Integer.parseInt(line);
      if (pid > 0) {
        pids.add(pid);
      }
    }
    return pids;
  }

  /** Sets a mark, an extended attribute, on a directory. */
  void mark(String dir, String mark) throws ErrnoException {
    kernel.tree().setxattr(bytes(dir), mark, new byte[] {'1'}, 0);
  }

  /** Whether a directory has a mark; false when it is gone or cannot have one. */
  boolean isMarked(String dir, String mark) {
    try {
      return kernel.tree().getxattr(bytes(dir), mark).isPresent();
    } catch (ErrnoException e) {
      return false;
    }
  }

  /** Whether a call failed because what it names does not exist, or no longer. */
  static boolean gone(ErrnoException e) {
    // ENODEV: the directory was removed while one of its files was open.
    return e.is(Errno.ENOENT) || e.is(Errno.ENODEV);
  }

  /** The directory above. */
  static String above(String dir) {
    return dir.substring(0, Math.max(dir.lastIndexOf('/'), 0));
  }

  private static String path(String dir, String name) {
    return dir + "/" + name;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
