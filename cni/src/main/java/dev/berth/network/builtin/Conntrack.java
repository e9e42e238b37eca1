package dev.berth.network.builtin;

import dev.berth.netlink.NetlinkMessage;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.netlink.Nfnl;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import java.io.IOException;
import java.util.List;

/**
 * Makes the kernel forget connections to a pod that is gone (ctnetlink,
 * linux/netfilter/nfnetlink_conntrack.h).
 *
 * <p>A datagram client that never pauses keeps its translation alive for ever and would go on
 * sending to the old pod after a new one took the host port. Streams end by themselves.
 */
final class Conntrack {
  private static final int GET = 0x101;
  private static final int DELETE = 0x102;
  private static final int VERSION = 1;
  private static final int NESTED = 0x8000;
  private static final int TUPLE_ORIGINAL = 1;
  private static final int TUPLE_REPLY = 2;
  private static final int FILTER = 25;
  private static final int FILTER_REPLY = 2;
  private static final int FILTER_SOURCE = 1;
  private static final int FILTER_PROTOCOL = 8;
  private static final int TUPLE_ADDRESSES = 1;
  private static final int TUPLE_TRANSPORT = 2;

  private final NetlinkSockets netfilter;

  Conntrack(NetlinkSockets netfilter) {
    this.netfilter = netfilter;
  }

  /**
   * Forgets the datagram connections that lead to a pod by its host ports; nothing to do for a pod
   * that has no such port.
   *
   * @throws IOException what the kernel refused
   */
  void forget(Attachment attachment) throws IOException {
    for (HostPort port : attachment.hostPorts()) {
      if (port.protocol() == HostPort.Protocol.UDP) {
        for (Cidr address : attachment.addresses()) {
          forget(address);
        }
        return;
      }
    }
  }

  private void forget(Cidr pod) throws IOException {
    NetlinkWriter question = begin(new NetlinkWriter(), GET, pod);
    question.nest(TUPLE_REPLY).nest(TUPLE_ADDRESSES);
    question.attribute(pod.isIpv6() ? 3 : 1, pod.address().getAddress()).endNest();
    question.nest(TUPLE_TRANSPORT).attributeU8(1, HostPort.Protocol.UDP.number()).endNest();
    question.endNest().nest(FILTER);
    question.attributeU32(1, 0).attributeU32(FILTER_REPLY, FILTER_SOURCE | FILTER_PROTOCOL);
    question.endNest().end();
    List<NetlinkMessage> found = netfilter.use(socket -> socket.dump(question));
    NetlinkWriter batch = new NetlinkWriter();
    for (NetlinkMessage connection : found) {
      byte[] tuple = connection.attributes(Nfnl.FIXED).bytes(TUPLE_ORIGINAL);
      if (tuple != null) {
        begin(batch, DELETE, pod).attribute(TUPLE_ORIGINAL | NESTED, tuple).end();
      }
    }
    if (batch.messages() > 0) {
      // One that ended meanwhile is what was wanted.
      netfilter.use(socket -> socket.outcomes(batch));
    }
  }

  private static NetlinkWriter begin(NetlinkWriter writer, int type, Cidr pod) {
    writer.begin("forget connections to " + pod.address().getHostAddress(), type, 0);
    return writer.u8(pod.isIpv6() ? Nfnl.FAMILY_IPV6 : Nfnl.FAMILY_IPV4).u8(VERSION).u16be(0);
  }
}
