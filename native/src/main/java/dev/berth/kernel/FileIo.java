package dev.berth.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Calls on open files.
 *
 * <p>Buffers may be direct or on the heap; a direct one is handed to the kernel as it is, a heap
 * one is copied in pieces. Positions move by the bytes that were transferred. All throw {@link
 * ErrnoException} with the errnos of their man page.
 */
public interface FileIo {

  /** What {@link #read} and the receiving calls of {@link Sockets} answer instead of EAGAIN. */
  int WOULD_BLOCK = -1;

  /**
   * Reads once into the buffer's remaining room (read(2)).
   *
   * @return bytes read, 0 at the end of file, {@link #WOULD_BLOCK}
   */
  int read(Fd file, ByteBuffer buffer) throws ErrnoException;

  /** Reads once at an offset (pread(2)). */
  int pread(Fd file, ByteBuffer buffer, long offset) throws ErrnoException;

  /**
   * Writes once from the buffer (write(2)).
   *
   * @return bytes written, which may be fewer than remain, or {@link #WOULD_BLOCK}
   */
  int write(Fd file, ByteBuffer buffer) throws ErrnoException;

  /** Writes once at an offset (pwrite(2)). */
  int pwrite(Fd file, ByteBuffer buffer, long offset) throws ErrnoException;

  /** Writes until the buffer is empty; the file must be blocking. */
  default void writeAll(Fd file, ByteBuffer buffer) throws ErrnoException {
    while (buffer.hasRemaining()) {
      if (write(file, buffer) == WOULD_BLOCK) {
        throw new ErrnoException("write", file.toString(), Errno.EAGAIN);
      }
    }
  }

  /** Makes the file's bytes and metadata durable (fsync(2)). */
  void fsync(Fd file) throws ErrnoException;

  /** Makes the file's bytes durable, and metadata as far as reading needs it (fdatasync(2)). */
  void fdatasync(Fd file) throws ErrnoException;

  /** Makes the whole file system the descriptor is on durable (syncfs(2)). */
  void syncfs(Fd file) throws ErrnoException;

  /** Sets the file's length (ftruncate(2)). */
  void ftruncate(Fd file, long length) throws ErrnoException;

  /** Reserves room (fallocate(2)); mode 0 also extends the file. */
  void fallocate(Fd file, int mode, long offset, long length) throws ErrnoException;

  /** Tells about the file system (fstatfs(2)). */
  FileSystemStatus fstatfs(Fd file) throws ErrnoException;

  /** Changes permissions (fchmod(2)). */
  void fchmod(Fd file, int mode) throws ErrnoException;

  /** Changes owner and group (fchown(2)). */
  void fchown(Fd file, int owner, int group) throws ErrnoException;

  /** Sets an extended attribute (fsetxattr(2)); flags 0, XATTR_CREATE 1 or XATTR_REPLACE 2. */
  void fsetxattr(Fd file, String name, byte[] value, int flags) throws ErrnoException;

  /** An extended attribute, empty when it is not set (fgetxattr(2)). */
  Optional<byte[]> fgetxattr(Fd file, String name) throws ErrnoException;

  /** The names of all extended attributes (flistxattr(2)). */
  List<String> flistxattr(Fd file) throws ErrnoException;

  /**
   * Takes the whole-file lock if nobody holds it (flock(2), LOCK_EX or LOCK_SH, with LOCK_NB).
   *
   * @return false when somebody else holds it
   */
  boolean tryFlock(Fd file, boolean exclusive) throws ErrnoException;

  /**
   * Makes an unnamed file in memory that may be sealed (memfd_create(2)).
   *
   * @param name for diagnosis, at most 249 bytes
   * @param executable whether it may be executed
   */
  Fd memfd(String name, boolean executable) throws ErrnoException;

  /** Adds seals (F_ADD_SEALS of fcntl(2)), SEAL_ of this interface. */
  void addSeals(Fd file, int seals) throws ErrnoException;

  int SEAL_SEAL = 1;
  int SEAL_SHRINK = 2;
  int SEAL_GROW = 4;
  int SEAL_WRITE = 8;

  /** Makes a pipe (pipe2(2)); flags 0 or O_NONBLOCK. */
  Pipe pipe(int flags) throws ErrnoException;

  /** Both ends of a pipe. */
  record Pipe(Fd read, Fd write) implements AutoCloseable {
    @Override
    public void close() {
      read.close();
      write.close();
    }
  }

  /** Makes an eventfd (eventfd(2)), not blocking. */
  Fd eventfd(int initial) throws ErrnoException;

  /** Another descriptor of the same open file, numbered at least {@code lowest} (F_DUPFD). */
  Fd dup(Fd file, int lowest) throws ErrnoException;

  /** Sets or clears O_NONBLOCK (F_SETFL). */
  void nonblocking(Fd file, boolean on) throws ErrnoException;

  /** Sets a terminal's size (TIOCSWINSZ of ioctl_tty(2)); its foreground processes hear of it. */
  void windowSize(Fd terminal, int columns, int rows) throws ErrnoException;

  /** Moves the file's offset to an absolute place (lseek(2)). */
  void seek(Fd file, long offset) throws ErrnoException;
}
