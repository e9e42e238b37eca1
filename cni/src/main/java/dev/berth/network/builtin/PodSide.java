package dev.berth.network.builtin;

import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.netlink.NetlinkMessage;
import dev.berth.netlink.NetlinkSocket;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.network.Cidr;
import java.io.IOException;
import java.util.List;

/**
 * Sets up the inside of a pod's network namespace over a netlink socket that was opened there: lo
 * up, eth0 up, addresses, default routes.
 */
final class PodSide {
  /** The name of the pod's link, as every Kubernetes network has it. */
  static final String LINK = "eth0";

  private static final int LOOPBACK_INDEX = 1;

  private final Kernel kernel;

  PodSide(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Makes the link usable.
   *
   * @param addresses the pod's, with their ranges' prefixes
   * @throws IOException what the kernel refused
   */
  void configure(Fd podSocket, List<Cidr> addresses) throws IOException {
    try (NetlinkSocket socket = NetlinkSocket.borrow(kernel, podSocket)) {
      int link = find(socket);
      NetlinkWriter batch = new NetlinkWriter();
      LinkRequests.up(batch, LOOPBACK_INDEX, "lo");
      LinkRequests.up(batch, link, LINK);
      for (Cidr address : addresses) {
        AddressRequests.address(batch, link, address);
      }
      for (Cidr address : addresses) {
        AddressRequests.defaultRoute(batch, link, Ranges.gateway(address).address());
      }
      socket.execute(batch);
    }
  }

  private static int find(NetlinkSocket socket) throws IOException {
    NetlinkWriter question = new NetlinkWriter();
    LinkRequests.get(question, LINK);
    List<NetlinkMessage> answers = socket.query(question);
    if (answers.isEmpty()) {
      throw new IOException("find " + LINK + ": the kernel answered nothing");
    }
    return LinkFacts.read(answers.get(0)).index();
  }
}
