package dev.berth.cgroup;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads statistics files, and keeps them open as long as descriptors are not short: a read from an
 * open one costs a fifth of opening it anew.
 *
 * <p>Threads: one at a time; the bytes of the last file are its own.
 */
final class StatReader {
  private static final int ROOM = 16 * 1024;
  private static final int LARGEST = 1 << 20;

  private final Kernel kernel;
  private final int mostOpen;
  private ByteBuffer room = ByteBuffer.allocateDirect(ROOM);
  private byte[] bytes = new byte[ROOM];
  private int open;

  StatReader(Kernel kernel, int mostOpen) {
    this.kernel = kernel;
    this.mostOpen = mostOpen;
  }

  /** Whether one more file may be kept open; the caller gives it back by {@link #closed}. */
  boolean mayKeep() {
    return open < mostOpen;
  }

  /** Opens a file to keep; null when there is none. */
  @Nullable Fd keep(String path) {
    Fd fd = openOrNull(path);
    if (fd != null) {
      open++;
    }
    return fd;
  }

  void closed(Fd fd) {
    fd.close();
    open--;
  }

  /** Reads a file that is opened for this once; null when there is none. */
  @Nullable StatText once(String path) {
    try (Fd fd = openOrNull(path)) {
      return fd == null ? null : read(fd);
    }
  }

  private @Nullable Fd openOrNull(String path) {
    try {
      return kernel.tree().open(Fd.CWD, path, OpenFlags.O_RDONLY, 0);
    } catch (ErrnoException e) {
      return null;
    }
  }

  /** Reads an open file from its beginning; null when its cgroup is gone or the kernel refuses. */
  @Nullable StatText read(Fd fd) {
    try {
      int length = kernel.io().pread(fd, room.clear(), 0);
      while (length == room.capacity() && length < LARGEST) {
        room = ByteBuffer.allocateDirect(length * 2);
        bytes = new byte[length * 2];
        length = kernel.io().pread(fd, room.clear(), 0);
      }
      int got = Math.max(0, length);
      room.get(0, bytes, 0, got);
      return new StatText(bytes, got);
    } catch (ErrnoException e) {
      return null;
    }
  }
}
