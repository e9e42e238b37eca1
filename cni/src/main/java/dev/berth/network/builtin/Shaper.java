package dev.berth.network.builtin;

import dev.berth.netlink.NetlinkMessage;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.network.Attachment;
import dev.berth.network.Bandwidth;
import java.io.IOException;
import java.util.List;

/**
 * Limits how fast a pod receives and sends, all on the host's side, where the pod cannot change it.
 *
 * <pre>
 *   to the pod     bridge ─► bth… [tbf] ══ eth0
 *   from the pod   eth0 ══ bth… ─redirect─► bti… (ifb) [tbf] ─► back to bth… ─► bridge
 * </pre>
 */
final class Shaper {
  private static final int BITS = 8;
  private static final int LEAST_BURST = 16 * 1024;
  private static final int MOST_BURST = 64 << 20;

  /** Of a second: what may pass at once, and what may wait. */
  private static final int BURST_PART = 100;

  private static final int WAIT_PART = 40;

  private final NetlinkSockets route;
  private final int group;

  /**
   * Over the host's links.
   *
   * @param group what its links are found by after a crash
   */
  Shaper(NetlinkSockets route, int group) {
    this.route = route;
    this.group = group;
  }

  /** The name of the second link of a pod that may only send so fast; empty when it has none. */
  static String linkOf(String hostLink, Bandwidth limits) {
    return limits.egress() > 0 ? "bti" + hostLink.substring(3) : "";
  }

  /** Puts the limits on a pod's links. */
  void limit(Attachment attachment, Bandwidth limits) throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    int link = index(attachment.link());
    if (limits.ingress() > 0) {
      bucket(batch, link, limits.ingress());
    }
    if (limits.egress() > 0) {
      NetlinkWriter make = new NetlinkWriter();
      LinkRequests.shaper(make, attachment.shaper(), group);
      route.execute(make);
      int through = index(attachment.shaper());
      bucket(batch, through, limits.egress());
      TrafficRequests.ingress(batch, link);
      TrafficRequests.redirect(batch, link, through);
    }
    route.execute(batch);
  }

  private static void bucket(NetlinkWriter batch, int link, long bits) {
    long rate = bits / BITS;
    int burst = Math.clamp(rate / BURST_PART, LEAST_BURST, MOST_BURST);
    int waiting = (int) Math.min(burst + rate / WAIT_PART, Integer.MAX_VALUE);
    TrafficRequests.tokenBucket(batch, link, rate, burst, waiting);
  }

  private int index(String name) throws IOException {
    NetlinkWriter question = new NetlinkWriter();
    LinkRequests.get(question, name);
    List<NetlinkMessage> answers = route.use(socket -> socket.query(question));
    if (answers.isEmpty()) {
      throw new IOException("find " + name + ": the kernel answered nothing");
    }
    return LinkFacts.read(answers.get(0)).index();
  }
}
