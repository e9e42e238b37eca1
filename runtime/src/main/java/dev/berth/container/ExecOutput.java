package dev.berth.container;

import dev.berth.kernel.Epoll;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * <p>Both streams together are kept up to a limit; what comes after that is read and thrown away,
 * so that the program never waits for a reader; {@link #truncated} says so, and so does a last line
 * of {@link #stderr}, for who sees the output only.
 */
final class ExecOutput implements AutoCloseable {
  /** How long streams may stay open after the session's own process has ended. */
  static final Duration LINGER = Duration.ofMillis(250);

  private static final int CHUNK = 64 << 10;
  private static final int EXIT = 2;

  private final FileIo io;
  private final List<Fd> streams;
  private final List<ByteArrayOutputStream> kept =
      List.of(new ByteArrayOutputStream(256), new ByteArrayOutputStream(256));
  private final CompletableFuture<?> exit;
  private final Fd exited;
  private final Epoll epoll;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
  private final int limit;
  private final byte[] note;
  private final boolean[] open = {true, true};
  private boolean ended;
  private boolean truncated;
  private volatile boolean abandoned;

  /**
   * Watches both streams.
   *
   * @param stdout read end, not blocking; stays the caller's
   * @param stderr read end, not blocking; stays the caller's
   * @param exit completes when the session's own process has ended
   * @param limit bytes to give of both streams together
   */
  ExecOutput(Kernel kernel, Fd stdout, Fd stderr, CompletableFuture<?> exit, int limit)
      throws ErrnoException {
    this.io = kernel.io();
    this.streams = List.of(stdout, stderr);
    this.note =
        ("\n[output beyond " + limit + " bytes was dropped]\n").getBytes(StandardCharsets.UTF_8);
    this.limit = limit - note.length;
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
    } catch (ErrnoException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void read(int stream) throws ErrnoException {
    chunk.clear();
    int n = io.read(streams.get(stream), chunk);
    if (n == 0) {
      open[stream] = false;
      epoll.remove(streams.get(stream));
    } else if (n > 0) {
      keep(stream, n);
    }
  }

  private void keep(int stream, int n) {
    int room = limit - kept.get(0).size() - kept.get(1).size();
    int taken = Math.min(room, n);
    truncated |= taken < n;
    byte[] bytes = new byte[taken];
    chunk.flip().get(bytes);
    kept.get(stream).writeBytes(bytes);
  }

  byte[] stdout() {
    return kept.get(0).toByteArray();
  }

  /** To be called once. */
  byte[] stderr() {
    if (truncated) {
      kept.get(1).writeBytes(note);
    }
    return kept.get(1).toByteArray();
  }

  /** Whether output beyond the limit was thrown away. */
  boolean truncated() {
    return truncated;
  }

  @Override
  public synchronized void close() {
    epoll.close();
    exited.close();
  }
}
