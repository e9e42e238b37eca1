package dev.berth.container;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where output goes that is too much for memory: files that have lost their names before the first
 * byte, so that they end with the daemon whatever happens. All of them together have a budget.
 */
public final class OutputSpill {
  /** Bytes of all files together. */
  static final long BUDGET = 1L << 30;

  private final Path dir;
  private final long budget;
  private final AtomicLong used = new AtomicLong();

  /**
   * Files in a directory whose leftovers are deleted at the daemon's start.
   *
   * @param dir made when it is missing
   */
  public OutputSpill(Path dir) {
    this(dir, BUDGET);
  }

  OutputSpill(Path dir, long budget) {
    this.dir = dir;
    this.budget = budget;
  }

  /** A new file without a name. */
  FileChannel open() throws IOException {
    Files.createDirectories(dir);
    Path file = Files.createTempFile(dir, "exec", null);
    try {
      return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(file);
    }
  }

  /** Takes as many bytes of the budget as there are, at most so many; to be given back. */
  int take(int wanted) {
    long before = used.getAndUpdate(now -> Math.min(budget, now + wanted));
    return (int) Math.min(wanted, Math.max(0, budget - before));
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes of the budget that are taken. */
  long used() {
    return used.get();
  }
}
