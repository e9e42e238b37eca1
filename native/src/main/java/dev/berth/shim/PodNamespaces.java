package dev.berth.shim;

import dev.berth.kernel.Fd;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Shim#preparePod} hands out. The caller closes both; a netlink socket that stays open
 * keeps the network namespace alive.
 *
 * @param netns the pod's network namespace, null when it uses the machine's
 * @param netlink a NETLINK_ROUTE socket inside it, null when it uses the machine's
 */
public record PodNamespaces(@Nullable Fd netns, @Nullable Fd netlink) implements AutoCloseable {
  @Override
  public void close() {
    if (netns != null) {
      netns.close();
    }
    if (netlink != null) {
      netlink.close();
    }
  }
}
