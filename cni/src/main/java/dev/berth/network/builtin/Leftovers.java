package dev.berth.network.builtin;

import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import java.io.IOException;
import java.util.Set;

/** Links of this instance that belong to no pod any more, found again by their group. */
final class Leftovers {
  private final NetlinkSockets route;
  private final LinkGroups groups;
  private final Reaper reaper;

  Leftovers(NetlinkSockets route, LinkGroups groups, Reaper reaper) {
    this.route = route;
    this.groups = groups;
    this.reaper = reaper;
  }

  /**
   * Removes all links of the instance but these, and waits for it: nobody knows their addresses, so
   * they must be gone before one is given out.
   *
   * @param known names of the links that stay
   * @throws IOException what the kernel refused
   */
  void removeAllBut(Set<String> known) throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    boolean draining = false;
    for (LinkFacts link : new HostRoutes(route).links()) {
      draining |= link.group() == groups.draining();
      if (link.group() == groups.live() && !known.contains(link.name())) {
        LinkRequests.retire(batch, link.name(), groups.draining());
      }
    }
    if (batch.messages() > 0) {
      // One that is gone meanwhile is fine, and the deletion tells the rest.
      route.use(socket -> socket.outcomes(batch));
      draining = true;
    }
    if (draining) {
      reaper.deleteGroup();
    }
  }
}
