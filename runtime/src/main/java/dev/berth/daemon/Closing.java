package dev.berth.daemon;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Started parts, closed in reverse order, every one, whatever fails. */
final class Closing implements Closeable {
  private final Deque<Closeable> parts = new ArrayDeque<>();

  /** Notes a part that has started. */
  <T extends Closeable> T started(T part) {
    parts.push(part);
    return part;
  }

  /**
   * Closes all parts.
   *
   * @throws IOException the first failure, or one caused by it, with the later ones suppressed
   */
  @Override
  public void close() throws IOException {
    IOException first = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (IOException | RuntimeException e) {
        if (first == null) {
          first = e instanceof IOException io ? io : new IOException("stop: " + e.getMessage(), e);
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
