package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.FCHMODAT;
import static dev.berth.kernel.SystemCall.FCHOWNAT;
import static dev.berth.kernel.SystemCall.GETDENTS64;
import static dev.berth.kernel.SystemCall.GETXATTR;
import static dev.berth.kernel.SystemCall.LINKAT;
import static dev.berth.kernel.SystemCall.LSEEK;
import static dev.berth.kernel.SystemCall.LSETXATTR;
import static dev.berth.kernel.SystemCall.MKDIRAT;
import static dev.berth.kernel.SystemCall.MKNODAT;
import static dev.berth.kernel.SystemCall.OPENAT;
import static dev.berth.kernel.SystemCall.OPENAT2;
import static dev.berth.kernel.SystemCall.READLINKAT;
import static dev.berth.kernel.SystemCall.RENAMEAT2;
import static dev.berth.kernel.SystemCall.SETXATTR;
import static dev.berth.kernel.SystemCall.STATX;
import static dev.berth.kernel.SystemCall.SYMLINKAT;
import static dev.berth.kernel.SystemCall.UNLINKAT;
import static dev.berth.kernel.SystemCall.UTIMENSAT;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls that name files by path, for real. */
final class LinuxFileTree implements FileTree {

  private static final int STATX_BASIC_STATS_AND_MOUNT = 0x7ff | 0x1000;
  private static final int LONGEST_LINK = 4096;
  private static final int LISTING = 8 * 1024;

  @Override
  public Fd open(Fd dir, byte[] path, int flags, int mode) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "openat", path);
      long fd = OPENAT.repeated(dir.number(), at, flags | (long) OpenFlags.O_CLOEXEC, mode, 0);
      return Fd.owned((int) ok(OPENAT, fd, dir, path));
    }
  }

  @Override
  public Fd openat2(Fd dir, byte[] path, int flags, int mode, int resolve) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "openat2", path);
      int how = scratch.reserve(Layout.OPEN_HOW_SIZE);
      scratch.putLong(how, flags | OpenFlags.O_CLOEXEC);
      scratch.putLong(how + 8, mode).putLong(how + 16, resolve);
      long fd = OPENAT2.repeated(dir.number(), at, scratch.address(how), Layout.OPEN_HOW_SIZE, 0);
      return Fd.owned((int) ok(OPENAT2, fd, dir, path));
    }
  }

  @Override
  public void mkdirat(Fd dir, byte[] path, int mode) throws ErrnoException {
    onPath(MKDIRAT, dir, path, mode, 0);
  }

  @Override
  public void mknodat(Fd dir, byte[] path, int mode, Device device) throws ErrnoException {
    onPath(MKNODAT, dir, path, mode, device.encoded());
  }

  @Override
  public void unlinkat(Fd dir, byte[] path, int flags) throws ErrnoException {
    onPath(UNLINKAT, dir, path, flags, 0);
  }

  @Override
  public void fchmodat(Fd dir, byte[] path, int mode) throws ErrnoException {
    onPath(FCHMODAT, dir, path, mode, 0);
  }

  @Override
  public void fchownat(Fd dir, byte[] path, int owner, int group, int flags) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "fchownat", path);
      ok(FCHOWNAT, FCHOWNAT.raw(dir.number(), at, owner, group, flags), dir, path);
    }
  }

  @Override
  public void symlinkat(byte[] target, Fd dir, byte[] path) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long holds = PathText.put(scratch, "symlinkat", target);
      long at = PathText.put(scratch, "symlinkat", path);
      ok(SYMLINKAT, SYMLINKAT.raw(holds, dir.number(), at, 0, 0), dir, path);
    }
  }

  @Override
  public void linkat(Fd oldDir, byte[] oldPath, Fd newDir, byte[] newPath, int flags)
      throws ErrnoException {
    onTwoPaths(LINKAT, oldDir, oldPath, newDir, newPath, flags);
  }

  @Override
  public void renameat2(Fd oldDir, byte[] oldPath, Fd newDir, byte[] newPath, int flags)
      throws ErrnoException {
    onTwoPaths(RENAMEAT2, oldDir, oldPath, newDir, newPath, flags);
  }

  @Override
  public byte[] readlinkat(Fd dir, byte[] path) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "readlinkat", path);
      int room = scratch.reserveRaw(LONGEST_LINK);
      long length = READLINKAT.raw(dir.number(), at, scratch.address(room), LONGEST_LINK, 0);
      return scratch.bytes(room, (int) ok(READLINKAT, length, dir, path));
    }
  }

  @Override
  public void utimensat(Fd dir, byte[] path, Timestamp accessed, Timestamp modified, int flags)
      throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "utimensat", path);
      int times = scratch.reserve(2 * Layout.TIMESPEC_SIZE);
      scratch.putLong(times, accessed.seconds()).putLong(times + 8, accessed.nanos());
      scratch.putLong(times + 16, modified.seconds()).putLong(times + 24, modified.nanos());
      long result = UTIMENSAT.raw(dir.number(), at, scratch.address(times), flags, 0);
      ok(UTIMENSAT, result, dir, path);
    }
  }

  @Override
  public FileStatus statx(Fd dir, byte[] path, int flags) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long status = statx(scratch, dir, path, flags);
      if (status < 0) {
        throw STATX.failed(status, PathText.show(dir, path));
      }
      return StatxRecord.read(scratch, (int) status);
    }
  }

  /** Absence is an answer that is asked for often: it costs no exception here. */
  @Override
  public Optional<FileStatus> statIfPresent(Fd dir, byte[] path, int flags) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long status = statx(scratch, dir, path, flags);
      if (status == -Errno.ENOENT || status == -Errno.ENOTDIR) {
        return Optional.empty();
      }
      if (status < 0) {
        throw STATX.failed(status, PathText.show(dir, path));
      }
      return Optional.of(StatxRecord.read(scratch, (int) status));
    }
  }

  /** Gives the offset of the filled struct or minus the errno. */
  private static long statx(Scratch scratch, Fd dir, byte[] path, int flags) throws ErrnoException {
    long at = PathText.put(scratch, "statx", path);
    int status = scratch.reserveRaw(Layout.STATX_SIZE);
    long result =
        STATX.repeated(
            dir.number(), at, flags, STATX_BASIC_STATS_AND_MOUNT, scratch.address(status));
    return result < 0 ? result : status;
  }

  @Override
  public void list(Fd dir, Consumer<DirectoryEntry> visitor) throws ErrnoException {
    LSEEK.check(LSEEK.raw(dir.number(), 0, 0, 0, 0), dir);
    try (var scratch = Scratch.take()) {
      int room = scratch.reserveRaw(LISTING);
      while (true) {
        int filled =
            (int)
                GETDENTS64.check(
                    GETDENTS64.repeated(dir.number(), scratch.address(room), LISTING, 0, 0), dir);
        if (filled == 0) {
          return;
        }
        visit(scratch, room, room + filled, visitor);
      }
    }
  }

  private static void visit(Scratch scratch, int from, int end, Consumer<DirectoryEntry> visitor) {
    for (int at = from; at < end; at += scratch.getShort(at + Layout.DIRENT_RECLEN)) {
      int length = scratch.getShort(at + Layout.DIRENT_RECLEN) - Layout.DIRENT_NAME;
      byte[] name = untilNul(scratch.bytes(at + Layout.DIRENT_NAME, length));
      if (isDots(name)) {
        continue;
      }
      FileType type = FileType.ofEntry(scratch.getByte(at + Layout.DIRENT_TYPE));
      visitor.accept(new DirectoryEntry(name, type, scratch.getLong(at)));
    }
  }

  private static byte[] untilNul(byte[] padded) {
    int length = 0;
    while (length < padded.length && padded[length] != 0) {
      length++;
    }
    return java.util.Arrays.copyOf(padded, length);
  }

  private static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }

  @Override
  public void setxattr(byte[] path, String name, byte[] value, int flags) throws ErrnoException {
    setxattr(SETXATTR, path, name, value, flags);
  }

  @Override
  public void lsetxattr(byte[] path, String name, byte[] value, int flags) throws ErrnoException {
    setxattr(LSETXATTR, path, name, value, flags);
  }

  private static void setxattr(SystemCall call, byte[] path, String name, byte[] value, int flags)
      throws ErrnoException {
    try (var scratch = Scratch.ofSize(8192 + value.length)) {
      long at = PathText.put(scratch, call.label(), path);
      long key = scratch.cString(name.getBytes(StandardCharsets.UTF_8));
      long holds = scratch.address(scratch.put(value));
      long result = call.raw(at, key, holds, value.length, flags);
      if (result < 0) {
        throw call.failed(result, PathText.show(path) + ", " + name);
      }
    }
  }

  @Override
  public Optional<byte[]> getxattr(byte[] path, String name) throws ErrnoException {
    return XattrRead.value(
        GETXATTR,
        scratch -> PathText.put(scratch, "getxattr", path),
        name,
        () -> PathText.show(path));
  }

  private static void onPath(SystemCall call, Fd dir, byte[] path, long c, long d)
      throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, call.label(), path);
      ok(call, call.repeated(dir.number(), at, c, d, 0), dir, path);
    }
  }

  private static void onTwoPaths(
      SystemCall call, Fd oldDir, byte[] oldPath, Fd newDir, byte[] newPath, int flags)
      throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long from = PathText.put(scratch, call.label(), oldPath);
      long to = PathText.put(scratch, call.label(), newPath);
      long result = call.raw(oldDir.number(), from, newDir.number(), to, flags);
      if (result < 0) {
        throw call.failed(
            result, PathText.show(oldDir, oldPath) + " → " + PathText.show(newDir, newPath));
      }
    }
  }

  private static long ok(SystemCall call, long result, Fd dir, byte[] path) throws ErrnoException {
    if (result < 0) {
      throw call.failed(result, PathText.show(dir, path));
    }
    return result;
  }
}
