package dev.berth.netlink;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sockets of one protocol, opened as they are needed and kept for the next exchange.
 *
 * <p>Threads: safe; every exchange has a socket of its own, and nobody waits for another's.
 */
public final class NetlinkSockets implements AutoCloseable {
  private static final int KEPT = 8;

  /** One or more exchanges on a socket. */
  @FunctionalInterface
  public interface Use<T> {
    T with(NetlinkSocket socket) throws IOException;
  }

  private final Kernel kernel;
  private final int protocol;
  private final ConcurrentLinkedDeque<NetlinkSocket> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger kept = new AtomicInteger();
  private volatile boolean closed;

  /** Opens nothing yet. */
  public NetlinkSockets(Kernel kernel, int protocol) {
    this.kernel = kernel;
    this.protocol = protocol;
  }

  /**
   * Lends a socket.
   *
   * @throws IOException what the use threw, or the opening of the socket
   */
  public <T> T use(Use<T> use) throws IOException {
    NetlinkSocket socket = take();
    boolean sound = false;
    try {
      T value = use.with(socket);
      sound = true;
      return value;
    } catch (NetlinkException e) {
      sound = true;
      throw e;
    } finally {
      giveBack(socket, sound);
    }
  }

  /** {@link NetlinkSocket#execute} on a lent socket. */
  public void execute(NetlinkWriter batch) throws IOException {
    use(
        socket -> {
          socket.execute(batch);
          return batch;
        });
  }

  private NetlinkSocket take() throws ErrnoException {
    NetlinkSocket socket = idle.pollFirst();
    if (socket == null) {
      return NetlinkSocket.open(kernel, protocol);
    }
    kept.decrementAndGet();
    return socket;
  }

  private void giveBack(NetlinkSocket socket, boolean sound) {
    if (!sound || closed || kept.incrementAndGet() > KEPT) {
      if (sound && !closed) {
        kept.decrementAndGet();
      }
      socket.close();
      return;
    }
    idle.addFirst(socket);
    if (closed) {
      close();
    }
  }

  /** Closes the idle sockets; one that is lent is closed when it comes back. */
  @Override
  public void close() {
    closed = true;
    NetlinkSocket socket = idle.pollFirst();
    while (socket != null) {
      socket.close();
      socket = idle.pollFirst();
    }
  }
}
