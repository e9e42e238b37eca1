package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.CLOSE;
import static dev.berth.kernel.SystemCall.EVENTFD2;
import static dev.berth.kernel.SystemCall.FALLOCATE;
import static dev.berth.kernel.SystemCall.FCHMOD;
import static dev.berth.kernel.SystemCall.FCHOWN;
import static dev.berth.kernel.SystemCall.FCNTL;
import static dev.berth.kernel.SystemCall.FDATASYNC;
import static dev.berth.kernel.SystemCall.FGETXATTR;
import static dev.berth.kernel.SystemCall.FLISTXATTR;
import static dev.berth.kernel.SystemCall.FLOCK;
import static dev.berth.kernel.SystemCall.FSETXATTR;
import static dev.berth.kernel.SystemCall.FSTATFS;
import static dev.berth.kernel.SystemCall.FSYNC;
import static dev.berth.kernel.SystemCall.FTRUNCATE;
import static dev.berth.kernel.SystemCall.IOCTL;
import static dev.berth.kernel.SystemCall.LSEEK;
import static dev.berth.kernel.SystemCall.MEMFD_CREATE;
import static dev.berth.kernel.SystemCall.PIPE2;
import static dev.berth.kernel.SystemCall.PREAD64;
import static dev.berth.kernel.SystemCall.PWRITE64;
import static dev.berth.kernel.SystemCall.READ;
import static dev.berth.kernel.SystemCall.SYNCFS;
import static dev.berth.kernel.SystemCall.WRITE;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls on open files, for real. */
final class LinuxFileIo implements FileIo {

  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_NOEXEC_SEAL = 8;
  private static final int MFD_EXEC = 16;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_ADD_SEALS = 1033;
  private static final int TIOCSWINSZ = 0x5414;
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int XATTR_LIST_MAX = 64 * 1024;

  /**
   * Closes a number, once: on Linux it is free again even when close reports a failure, so neither
   * EINTR nor EIO may be answered by another try (close(2)).
   */
  static void close(int number) {
    long result = CLOSE.raw(number, 0, 0, 0, 0);
    if (result == -Errno.EBADF) {
      throw new IllegalStateException("descriptor " + number + " was closed by somebody else");
    }
  }

  @Override
  public int read(Fd file, ByteBuffer buffer) throws ErrnoException {
    Waiting.allowed("read");
    int fd = file.number();
    long got = Transfer.in(buffer, false, (at, n) -> READ.repeated(fd, at, n, 0, 0));
    return Transfer.answer(READ, got, file);
  }

  @Override
  public int pread(Fd file, ByteBuffer buffer, long offset) throws ErrnoException {
    Waiting.allowed("pread");
    int fd = file.number();
    long got = Transfer.in(buffer, false, (at, n) -> PREAD64.repeated(fd, at, n, offset, 0));
    return Transfer.answer(PREAD64, got, file);
  }

  @Override
  public int write(Fd file, ByteBuffer buffer) throws ErrnoException {
    Waiting.allowed("write");
    int fd = file.number();
    long put = Transfer.out(buffer, false, (at, n) -> WRITE.repeated(fd, at, n, 0, 0));
    return Transfer.answer(WRITE, put, file);
  }

  @Override
  public int pwrite(Fd file, ByteBuffer buffer, long offset) throws ErrnoException {
    Waiting.allowed("pwrite");
    int fd = file.number();
    long put = Transfer.out(buffer, false, (at, n) -> PWRITE64.repeated(fd, at, n, offset, 0));
    return Transfer.answer(PWRITE64, put, file);
  }

  @Override
  public void fsync(Fd file) throws ErrnoException {
    Waiting.allowed("fsync");
    FSYNC.check(FSYNC.repeated(file.number(), 0, 0, 0, 0), file);
  }

  @Override
  public void fdatasync(Fd file) throws ErrnoException {
    Waiting.allowed("fdatasync");
    FDATASYNC.check(FDATASYNC.repeated(file.number(), 0, 0, 0, 0), file);
  }

  @Override
  public void syncfs(Fd file) throws ErrnoException {
    Waiting.allowed("syncfs");
    SYNCFS.check(SYNCFS.repeated(file.number(), 0, 0, 0, 0), file);
  }

  @Override
  public void ftruncate(Fd file, long length) throws ErrnoException {
    FTRUNCATE.check(FTRUNCATE.repeated(file.number(), length, 0, 0, 0), file);
  }

  @Override
  public void fallocate(Fd file, int mode, long offset, long length) throws ErrnoException {
    FALLOCATE.check(FALLOCATE.repeated(file.number(), mode, offset, length, 0), file);
  }

  @Override
  public FileSystemStatus fstatfs(Fd file) throws ErrnoException {
    try (var s = Scratch.take()) {
      int at = s.reserveRaw(Layout.STATFS_SIZE);
      FSTATFS.check(FSTATFS.repeated(file.number(), s.address(at), 0, 0, 0), file);
      return new FileSystemStatus(
          s.getLong(at),
          s.getLong(at + Layout.STATFS_BSIZE),
          s.getLong(at + Layout.STATFS_BLOCKS),
          s.getLong(at + Layout.STATFS_BFREE),
          s.getLong(at + Layout.STATFS_BAVAIL),
          s.getLong(at + Layout.STATFS_FILES),
          s.getLong(at + Layout.STATFS_FFREE),
          s.getLong(at + Layout.STATFS_FLAGS));
    }
  }

  @Override
  public void fchmod(Fd file, int mode) throws ErrnoException {
    FCHMOD.check(FCHMOD.raw(file.number(), mode, 0, 0, 0), file);
  }

  @Override
  public void fchown(Fd file, int owner, int group) throws ErrnoException {
    FCHOWN.check(FCHOWN.raw(file.number(), owner, group, 0, 0), file);
  }

  @Override
  public void fsetxattr(Fd file, String name, byte[] value, int flags) throws ErrnoException {
    try (var scratch = Scratch.ofSize(1024 + value.length)) {
      long key = scratch.cString(name.getBytes(StandardCharsets.UTF_8));
      long holds = scratch.address(scratch.put(value));
      long result = FSETXATTR.raw(file.number(), key, holds, value.length, flags);
      if (result < 0) {
        throw FSETXATTR.failed(result, file + ", " + name);
      }
    }
  }

  @Override
  public Optional<byte[]> fgetxattr(Fd file, String name) throws ErrnoException {
    return XattrRead.value(FGETXATTR, scratch -> file.number(), name, file::toString);
  }

  @Override
  public List<String> flistxattr(Fd file) throws ErrnoException {
    try (var scratch = Scratch.ofSize(XATTR_LIST_MAX)) {
      int room = scratch.reserveRaw(XATTR_LIST_MAX);
      long length = FLISTXATTR.raw(file.number(), scratch.address(room), XATTR_LIST_MAX, 0, 0);
      byte[] names = scratch.bytes(room, (int) FLISTXATTR.check(length, file));
      return namesIn(names);
    }
  }

  private static List<String> namesIn(byte[] names) {
    var found = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < names.length; i++) {
      if (names[i] == 0) {
        found.add(new String(names, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return found;
  }

  @Override
  public boolean tryFlock(Fd file, boolean exclusive) throws ErrnoException {
    int operation = (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
    long result = FLOCK.repeated(file.number(), operation, 0, 0, 0);
    if (result == -Errno.EAGAIN) {
      return false;
    }
    FLOCK.check(result, file);
    return true;
  }

  /** Kernels before 6.3 do not know the two flags about executing and answer EINVAL. */
  @Override
  public Fd memfd(String name, boolean executable) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long at = scratch.cString(name.getBytes(StandardCharsets.UTF_8));
      int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
      long fd = MEMFD_CREATE.raw(at, flags | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL), 0, 0, 0);
      if (fd == -Errno.EINVAL) {
        fd = MEMFD_CREATE.raw(at, flags, 0, 0, 0);
      }
      return Fd.owned((int) MEMFD_CREATE.check(fd, name));
    }
  }

  @Override
  public void addSeals(Fd file, int seals) throws ErrnoException {
    FCNTL.check(FCNTL.raw(file.number(), F_ADD_SEALS, seals, 0, 0), file);
  }

  @Override
  public Pipe pipe(int flags) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(8);
      long result = PIPE2.raw(scratch.address(at), flags | (long) OpenFlags.O_CLOEXEC, 0, 0, 0);
      PIPE2.check(result, "");
      return new Pipe(Fd.owned(scratch.getInt(at)), Fd.owned(scratch.getInt(at + 4)));
    }
  }

  @Override
  public Fd eventfd(int initial) throws ErrnoException {
    int flags = OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK;
    return Fd.owned((int) EVENTFD2.check(EVENTFD2.raw(initial, flags, 0, 0, 0), ""));
  }

  @Override
  public Fd dup(Fd file, int lowest) throws ErrnoException {
    long fd = FCNTL.raw(file.number(), F_DUPFD_CLOEXEC, lowest, 0, 0);
    return Fd.owned((int) FCNTL.check(fd, file));
  }

  @Override
  public void nonblocking(Fd file, boolean on) throws ErrnoException {
    long flags = FCNTL.check(FCNTL.raw(file.number(), F_GETFL, 0, 0, 0), file);
    long wanted = on ? flags | OpenFlags.O_NONBLOCK : flags & ~OpenFlags.O_NONBLOCK;
    if (wanted != flags) {
      FCNTL.check(FCNTL.raw(file.number(), F_SETFL, wanted, 0, 0), file);
    }
  }

  @Override
  public void windowSize(Fd terminal, int columns, int rows) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(8);
      // struct winsize: rows, columns, and two sizes in pixels that nobody uses
      scratch.putLong(at, (rows & 0xffffL) | (columns & 0xffffL) << 16);
      long result = IOCTL.raw(terminal.number(), TIOCSWINSZ, scratch.address(at), 0, 0);
      IOCTL.check(result, terminal);
    }
  }

  @Override
  public void seek(Fd file, long offset) throws ErrnoException {
    LSEEK.check(LSEEK.raw(file.number(), offset, 0, 0, 0), file);
  }
}
