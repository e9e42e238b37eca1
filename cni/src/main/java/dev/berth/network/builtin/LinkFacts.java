package dev.berth.network.builtin;

import dev.berth.netlink.Attributes;
import dev.berth.netlink.LinkAttribute;
import dev.berth.netlink.NetlinkMessage;
import dev.berth.netlink.Rtm;

/**
 * What the kernel says of a link.
 *
 * @param index its number in its namespace
 * @param up whether it is administratively up
 * @param name its name
 * @param kind {@code veth}, {@code bridge} …; empty for hardware
 * @param group its IFLA_GROUP
 * @param mtu bytes
 */
record LinkFacts(int index, boolean up, String name, String kind, int group, int mtu) {

  /** Reads an RTM_NEWLINK message. */
  static LinkFacts read(NetlinkMessage message) {
    Attributes attributes = message.attributes(Rtm.LINK_FIXED);
    return new LinkFacts(
        message.payload().getInt(4),
        (message.payload().getInt(8) & LinkAttribute.UP) != 0,
        attributes.text(LinkAttribute.NAME),
        attributes.nested(LinkAttribute.LINK_INFO).text(LinkAttribute.KIND),
        attributes.u32(LinkAttribute.GROUP, 0),
        attributes.u32(LinkAttribute.MTU, 0));
  }
}
