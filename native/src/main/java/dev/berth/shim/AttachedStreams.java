package dev.berth.shim;

import dev.berth.kernel.Fd;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container's streams, each null where it was not asked for or is not there.
 *
 * @param stdin write end of its stdin, shared with everybody who is attached
 * @param stdout read end of what it writes from now on
 * @param stderr likewise; a container with a terminal has none
 * @param terminal the master of its terminal: its input, and whoever sets the size
 */
public record AttachedStreams(
    @Nullable Fd stdin, @Nullable Fd stdout, @Nullable Fd stderr, @Nullable Fd terminal)
    implements AutoCloseable {

  /**
   * Streams as they come from a shim.
   *
   * @param flags which came, {@code attach.c} has the bits
   * @param fds them, in the order of the bits
   */
  static AttachedStreams of(int flags, List<Fd> fds) {
    if (Integer.bitCount(flags) != fds.size()) {
      fds.forEach(Fd::close);
      throw new IllegalArgumentException(
          "streams " + flags + " came with " + fds.size() + " descriptors");
    }
    Deque<Fd> rest = new ArrayDeque<>(fds);
    return new AttachedStreams(
        next(flags, 1, rest), next(flags, 2, rest), next(flags, 4, rest), next(flags, 8, rest));
  }

  private static @Nullable Fd next(int flags, int bit, Deque<Fd> rest) {
    return (flags & bit) == 0 ? null : rest.removeFirst();
  }

  @Override
  public void close() {
    for (Fd fd : new @Nullable Fd[] {stdin, stdout, stderr, terminal}) {
      if (fd != null) {
        fd.close();
      }
    }
  }
}
