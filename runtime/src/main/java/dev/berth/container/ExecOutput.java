package dev.berth.container;

import dev.berth.kernel.Epoll;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Collects what an exec session writes, on the caller's thread.
 *
 * <p>Ends when both streams are closed by everybody who has them. A background child can keep a
 * stream open for ever: once the session's own process has ended, what is in the pipes by then is
 * still read, and after {@link #LINGER} without an end of file the rest is given up.
 *
 * <p>What is beyond the limit of {@link KeptOutput} is read and thrown away, so that the program
 * never waits for a reader.
 */
final class ExecOutput implements AutoCloseable {
  /** How long streams may stay open after the session's own process has ended. */
  static final Duration LINGER = Duration.ofMillis(250);

  private static final int CHUNK = 64 << 10;
  private static final int EXIT = 2;

  /** Verbs run on a pool of threads: each has one, rather than every session. */
  private static final ThreadLocal<ByteBuffer> CHUNKS =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(CHUNK));

  private final FileIo io;
  private final List<Fd> streams;
  private final KeptOutput kept;
  private final CompletableFuture<?> exit;
  private final Fd exited;
  private final Epoll epoll;
  private final ByteBuffer chunk = CHUNKS.get();
  private final boolean[] open = {true, true};
  private boolean ended;
  private volatile boolean abandoned;

  /**
   * Watches both streams.
   *
   * @param stdout read end, not blocking; stays the caller's
   * @param stderr read end, not blocking; stays the caller's
   * @param exit completes when the session's own process has ended
   * @param kept takes the output; stays the caller's
   */
  ExecOutput(Kernel kernel, Fd stdout, Fd stderr, CompletableFuture<?> exit, KeptOutput kept)
      throws ErrnoException {
    this.io = kernel.io();
    this.streams = List.of(stdout, stderr);
    this.kept = kept;
    this.exit = exit;
    this.exited = io.eventfd(0);
    this.epoll = kernel.epoll();
    for (int i = 0; i < streams.size(); i++) {
      epoll.add(streams.get(i), Epoll.EPOLLIN, i);
    }
    epoll.add(exited, Epoll.EPOLLIN, EXIT);
    var _ = exit.whenComplete((_, _) -> wake());
  }

  /** Nobody wants the output any more: {@link #collect} ends. From any thread. */
  void abandon() {
    abandoned = true;
    wake();
  }

  private synchronized void wake() {
    if (exited.isOpen()) {
      try {
        io.write(
            exited,
            ByteBuffer.allocate(Long.BYTES).order(java.nio.ByteOrder.nativeOrder()).putLong(0, 1));
      } catch (ErrnoException e) {
        // an eventfd takes a 1 unless it is full, and nobody else writes to this one
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Reads until the streams end.
   *
   * @param deadline in System.nanoTime's terms
   * @return false when the deadline passed, or the output was abandoned, before the session ended
   */
  boolean collect(long deadline) throws ErrnoException {
    long until = deadline;
    while (open[0] || open[1]) {
      long left = until - System.nanoTime();
      if (left <= 0 || abandoned) {
        return ended;
      }
      // epoll counts in milliseconds: round up, so that the last one is not spent spinning
      epoll.await(Duration.ofMillis(left / 1_000_000 + 1), this::on);
      if (ended && until == deadline) {
        until = Math.min(deadline, System.nanoTime() + LINGER.toNanos());
      }
    }
    return true;
  }

  private void on(long token, int events) {
    try {
      if (token == EXIT) {
        ended = exit.isDone();
        epoll.remove(exited);
      } else {
        read((int) token);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(int stream) throws IOException {
    chunk.clear();
    int n = io.read(streams.get(stream), chunk);
    if (n == 0) {
      open[stream] = false;
      epoll.remove(streams.get(stream));
    } else if (n > 0) {
      kept.add(stream, chunk.flip());
    }
  }

  @Override
  public synchronized void close() {
    epoll.close();
    exited.close();
  }
}
