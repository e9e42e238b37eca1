package dev.berth.network.builtin;

import dev.berth.netlink.LinkAttribute;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.netlink.Nlm;
import dev.berth.netlink.Rtm;

/** Writes link messages (rtnetlink(7)) into a batch. Pure. */
final class LinkRequests {
  private static final int UNSPECIFIED = 0;
  private static final String EXPLAIN_VETH = "make link ";

  private LinkRequests() {}

  /** struct ifinfomsg. */
  private static NetlinkWriter fixed(NetlinkWriter w, int index, int flags, int change) {
    return w.u8(UNSPECIFIED).u8(0).u16(0).u32(index).u32(flags).u32(change);
  }

  /**
   * A veth pair: the host's end up, in the bridge and in the live group; the pod's end in its
   * namespace, down, because the kernel refuses to make a peer that is up.
   *
   * @param peerMac six bytes
   */
  static void veth(
      NetlinkWriter w, String name, int bridge, int group, int mtu, int netns, byte[] peerMac) {
    w.begin(EXPLAIN_VETH + name, Rtm.NEW_LINK, Nlm.CREATE | Nlm.EXCLUSIVE);
    fixed(w, 0, LinkAttribute.UP, LinkAttribute.UP);
    w.attributeText(LinkAttribute.NAME, name).attributeU32(LinkAttribute.MTU, mtu);
    w.attributeU32(LinkAttribute.GROUP, group).attributeU32(LinkAttribute.MASTER, bridge);
    w.nest(LinkAttribute.LINK_INFO).attributeText(LinkAttribute.KIND, "veth");
    w.nest(LinkAttribute.DATA).nest(LinkAttribute.VETH_PEER);
    fixed(w, 0, 0, 0).attributeText(LinkAttribute.NAME, PodSide.LINK);
    w.attributeU32(LinkAttribute.MTU, mtu).attribute(LinkAttribute.ADDRESS, peerMac);
    w.attributeU32(LinkAttribute.NETNS_FD, netns);
    w.endNest().endNest().endNest().end();
  }

  /**
   * Lets the bridge send a pod's frames back to it, for a pod that asks itself by a host port or a
   * Service. The kernel takes this only of a link that is in a bridge already.
   */
  static void hairpin(NetlinkWriter w, String name) {
    w.begin("set hairpin of " + name, Rtm.NEW_LINK, 0);
    fixed(w, 0, 0, 0).attributeText(LinkAttribute.NAME, name).nest(LinkAttribute.LINK_INFO);
    w.attributeText(LinkAttribute.MASTER_KIND, "bridge").nest(LinkAttribute.MASTER_DATA);
    w.attributeU8(LinkAttribute.BRIDGE_HAIRPIN, 1).endNest().endNest().end();
  }

  /** A bridge that is down. */
  static void bridge(NetlinkWriter w, String name, int mtu, byte[] mac) {
    w.begin("make bridge " + name, Rtm.NEW_LINK, Nlm.CREATE | Nlm.EXCLUSIVE);
    fixed(w, 0, 0, 0).attributeText(LinkAttribute.NAME, name);
    w.attributeU32(LinkAttribute.MTU, mtu).attribute(LinkAttribute.ADDRESS, mac);
    w.nest(LinkAttribute.LINK_INFO).attributeText(LinkAttribute.KIND, "bridge").endNest();
    w.end();
  }

  /** A link that is up and gives back what it is sent (an ifb), in a group. */
  static void shaper(NetlinkWriter w, String name, int group) {
    w.begin(EXPLAIN_VETH + name, Rtm.NEW_LINK, Nlm.CREATE | Nlm.EXCLUSIVE);
    fixed(w, 0, LinkAttribute.UP, LinkAttribute.UP);
    w.attributeText(LinkAttribute.NAME, name).attributeU32(LinkAttribute.GROUP, group);
    w.nest(LinkAttribute.LINK_INFO).attributeText(LinkAttribute.KIND, "ifb").endNest().end();
  }

  /** Sets a link up. */
  static void up(NetlinkWriter w, int index, String name) {
    w.begin("set " + name + " up", Rtm.SET_LINK, 0);
    fixed(w, index, LinkAttribute.UP, LinkAttribute.UP).end();
  }

  /** Puts a link into a bridge; fine when it is in it. */
  static void join(NetlinkWriter w, String name, int bridge) {
    w.begin("put " + name + " into the bridge", Rtm.SET_LINK, 0);
    fixed(w, 0, 0, 0).attributeText(LinkAttribute.NAME, name);
    w.attributeU32(LinkAttribute.MASTER, bridge).end();
  }

  /** Sets a link down and moves it to another group, both in one message. */
  static void retire(NetlinkWriter w, String name, int group) {
    w.begin("set " + name + " down", Rtm.SET_LINK, 0);
    fixed(w, 0, 0, LinkAttribute.UP).attributeText(LinkAttribute.NAME, name);
    w.attributeU32(LinkAttribute.GROUP, group).end();
  }

  /** Deletes one link. */
  static void delete(NetlinkWriter w, String name) {
    w.begin("delete " + name, Rtm.DELETE_LINK, 0);
    fixed(w, 0, 0, 0).attributeText(LinkAttribute.NAME, name).end();
  }

  /** Deletes all links of a group; the kernel refuses group 0. */
  static void deleteGroup(NetlinkWriter w, int group) {
    w.begin("delete links of group " + Integer.toUnsignedString(group), Rtm.DELETE_LINK, 0);
    fixed(w, 0, 0, 0).attributeU32(LinkAttribute.GROUP, group).end();
  }

  /** Asks for one link. */
  static void get(NetlinkWriter w, String name) {
    w.begin("find " + name, Rtm.GET_LINK, 0);
    fixed(w, 0, 0, 0).attributeText(LinkAttribute.NAME, name);
    w.attributeU32(LinkAttribute.EXTENDED_MASK, LinkAttribute.SKIP_STATISTICS).end();
  }

  /** Asks for all links. */
  static void list(NetlinkWriter w) {
    w.begin("list links", Rtm.GET_LINK, 0);
    fixed(w, 0, 0, 0);
    w.attributeU32(LinkAttribute.EXTENDED_MASK, LinkAttribute.SKIP_STATISTICS).end();
  }
}
