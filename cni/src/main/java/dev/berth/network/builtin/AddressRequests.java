package dev.berth.network.builtin;

import dev.berth.netlink.AddressAttribute;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.netlink.Nlm;
import dev.berth.netlink.RouteAttribute;
import dev.berth.netlink.Rtm;
import dev.berth.network.Cidr;
import java.net.InetAddress;

/** Writes address and route messages (rtnetlink(7)) into a batch. Pure. */
final class AddressRequests {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  private AddressRequests() {}

  private static int family(boolean ipv6) {
    return ipv6 ? AF_INET6 : AF_INET;
  }

  /** Adds an address with its prefix to a link; fine when the link has it already. */
  static void address(NetlinkWriter w, int link, Cidr address) {
    byte[] bytes = address.address().getAddress();
    w.begin("add address " + address, Rtm.NEW_ADDRESS, Nlm.CREATE | Nlm.REPLACE);
    w.u8(family(address.isIpv6())).u8(address.prefix()).u8(0).u8(0).u32(link);
    w.attribute(AddressAttribute.LOCAL, bytes).attribute(AddressAttribute.ADDRESS, bytes);
    if (address.isIpv6()) {
      // Nobody else can have it: the address book gave it out once.
      w.attributeU32(AddressAttribute.FLAGS, AddressAttribute.NO_DUPLICATE_DETECTION);
    }
    w.end();
  }

  /** The route to everywhere through a gateway. */
  static void defaultRoute(NetlinkWriter w, int link, InetAddress gateway) {
    byte[] bytes = gateway.getAddress();
    String about = "add default route by " + gateway.getHostAddress();
    w.begin(about, Rtm.NEW_ROUTE, Nlm.CREATE | Nlm.REPLACE);
    w.u8(family(bytes.length == 16)).u8(0).u8(0).u8(0);
    w.u8(RouteAttribute.MAIN_TABLE).u8(RouteAttribute.PROTOCOL_STATIC).u8(0);
    w.u8(RouteAttribute.UNICAST).u32(0);
    w.attribute(RouteAttribute.GATEWAY, bytes);
    w.attributeU32(RouteAttribute.OUTGOING_LINK, link).end();
  }

  /** Asks for all routes of a family. */
  static void listRoutes(NetlinkWriter w, boolean ipv6) {
    w.begin("list routes", Rtm.GET_ROUTE, 0);
    w.u8(family(ipv6)).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0).end();
  }
}
