package dev.berth.network.builtin;

import dev.berth.netlink.NetlinkWriter;
import dev.berth.netlink.Nlm;
import dev.berth.netlink.Rtm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes traffic control messages (tc(8), linux/pkt_sched.h, linux/pkt_cls.h) into a batch. Pure.
 */
final class TrafficRequests {
  private static final int KIND = 1;
  private static final int OPTIONS = 2;
  private static final int ROOT = 0xffffffff;
  private static final int INGRESS = 0xfffffff1;
  private static final int INGRESS_HANDLE = 0xffff0000;

  private static final int TBF_PARMS = 1;
  private static final int TBF_RATE64 = 4;
  private static final int TBF_BURST = 6;
  private static final int LINK_LAYER_ETHERNET = 1;

  /** All protocols, in network order, with the first priority. */
  private static final int EVERYTHING = 1 << 16 | 0x0300;

  private static final int U32_SELECTOR = 5;
  private static final int U32_ACTION = 7;
  private static final int U32_TERMINAL = 1;
  private static final int ACTION_KIND = 1;
  private static final int ACTION_OPTIONS = 2;
  private static final int MIRRED_PARMS = 2;
  private static final int STOLEN = 4;
  private static final int EGRESS_REDIRECT = 1;

  private TrafficRequests() {}

  /** struct tcmsg. */
  private static NetlinkWriter fixed(NetlinkWriter w, int link, int handle, int parent, int info) {
    return w.u8(0).u8(0).u16(0).u32(link).u32(handle).u32(parent).u32(info);
  }

  /**
   * Lets what leaves by a link pass at a rate: a token bucket (tc-tbf(8)).
   *
   * @param rate bytes a second
   * @param burst bytes that may pass at once
   * @param limit bytes that wait at most; what comes then is dropped
   */
  static void tokenBucket(NetlinkWriter w, int link, long rate, int burst, int limit) {
    w.begin("limit what leaves by link " + link, Rtm.NEW_QDISC, Nlm.CREATE | Nlm.REPLACE);
    fixed(w, link, 0, ROOT, 0).attributeText(KIND, "tbf").nest(OPTIONS);
    int shortRate = (int) Math.min(rate, 0xffffffffL);
    // struct tc_tbf_qopt: two struct tc_ratespec, limit, buffer, mtu
    ByteBuffer options = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
    options.put((byte) 0).put((byte) LINK_LAYER_ETHERNET).putShort((short) 0);
    options.putShort((short) 0).putShort((short) 0).putInt(shortRate);
    options.position(24).putInt(limit).putInt(0).putInt(0);
    w.attribute(TBF_PARMS, options.array());
    ByteBuffer wide = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(rate);
    w.attribute(TBF_RATE64, wide.array()).attributeU32(TBF_BURST, burst);
    w.endNest().end();
  }

  /** Gives a link a place where filters see what comes in by it. */
  static void ingress(NetlinkWriter w, int link) {
    w.begin("watch what comes in by link " + link, Rtm.NEW_QDISC, Nlm.CREATE | Nlm.REPLACE);
    fixed(w, link, INGRESS_HANDLE, INGRESS, 0).attributeText(KIND, "ingress").end();
  }

  /**
   * Sends all that comes in by a link through another one first. A u32 filter, since a kernel may
   * lack the matchall one.
   */
  static void redirect(NetlinkWriter w, int from, int through) {
    w.begin("redirect what comes in by link " + from, Rtm.NEW_FILTER, Nlm.CREATE | Nlm.EXCLUSIVE);
    fixed(w, from, 0, INGRESS_HANDLE, EVERYTHING).attributeText(KIND, "u32").nest(OPTIONS);
    w.nest(U32_ACTION).nest(1).attributeText(ACTION_KIND, "mirred").nest(ACTION_OPTIONS);
    // struct tc_mirred: index, capab, action, refcnt, bindcnt, eaction, ifindex
    ByteBuffer mirred = ByteBuffer.allocate(28).order(ByteOrder.nativeOrder());
    mirred.position(8).putInt(STOLEN).position(20).putInt(EGRESS_REDIRECT).putInt(through);
    w.attribute(MIRRED_PARMS, mirred.array()).endNest().endNest().endNest();
    // struct tc_u32_sel with one key that is nothing under a mask of nothing
    byte[] selector = new byte[32];
    selector[0] = U32_TERMINAL;
    selector[2] = 1;
    w.attribute(U32_SELECTOR, selector).endNest().end();
  }
}
