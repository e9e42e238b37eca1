package dev.berth.network.builtin;

import dev.berth.kernel.Kernel;
import dev.berth.kernel.Sockets;
import dev.berth.netlink.NetlinkEvents;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the table whenever the kernel announces a change of nftables: a firewall that reloads
 * by dropping every table would otherwise cut off the pods.
 *
 * <p>Threads: one daemon thread; it ends within a second of {@link #close}.
 */
final class TableWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableWatch.class);
  private static final int NFTABLES_GROUP = 7;
  private static final Duration LOOK_UP = Duration.ofSeconds(1);

  /** Writes the table again if it is gone; true when it was. */
  @FunctionalInterface
  interface Restore {
    boolean ifGone() throws IOException;
  }

  private final Kernel kernel;
  private final Restore restore;
  private volatile boolean closed;

  TableWatch(Kernel kernel, Restore restore) {
    this.kernel = kernel;
    this.restore = restore;
  }

  /**
   * Begins to watch.
   *
   * @throws IOException when the group cannot be joined
   */
  void start() throws IOException {
    NetlinkEvents events = NetlinkEvents.join(kernel, Sockets.NETLINK_NETFILTER, NFTABLES_GROUP);
    Thread.ofPlatform().daemon().name("net-table").start(() -> watch(events));
  }

  private void watch(NetlinkEvents events) {
    try (events) {
      while (!closed) {
        if (events.await(LOOK_UP) && !closed) {
          look();
        }
      }
    } catch (IOException e) {
      LOG.warn("nftables is not watched any more: {}", e.getMessage());
    }
  }

  private void look() {
    try {
      if (restore.ifGone()) {
        LOG.warn("somebody removed our nftables table; it was written again");
      }
    } catch (IOException e) {
      LOG.warn("our nftables table is gone and could not be written: {}", e.getMessage());
    }
  }

  /** Ends the thread; does not wait for it. */
  @Override
  public void close() {
    closed = true;
  }
}
