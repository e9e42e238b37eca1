package dev.berth.network.builtin;

import dev.berth.netlink.Attributes;
import dev.berth.netlink.NetlinkMessage;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.netlink.RouteAttribute;
import dev.berth.netlink.Rtm;
import dev.berth.network.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the host's routing tables say about a pod range and about the way out. */
final class HostRoutes {
  private static final int DEFAULT_MTU = 1500;

  /**
   * One route.
   *
   * @param destination null for the default route
   * @param link index of the outgoing link, 0 for none
   */
  private record Route(@Nullable Cidr destination, int link, int table) {}

  private final NetlinkSockets route;

  HostRoutes(NetlinkSockets route) {
    this.route = route;
  }

  /**
   * Looks for a route inside the range that does not lead to our bridge: its addresses could not be
   * pods'. A larger route around the range is fine, the bridge's is more specific.
   *
   * @param bridge our bridge's index, 0 when there is none yet
   * @return what is in the way, or null
   */
  @Nullable String conflict(Cidr range, int bridge) throws IOException {
    for (Route found : list(range.isIpv6())) {
      Cidr destination = found.destination;
      if (destination != null
          && destination.prefix() >= range.prefix()
          && range.contains(destination.address())
          && (bridge == 0 || found.link != bridge)) {
        return "pod range " + range + " overlaps the host's route to " + destination + via(found);
      }
    }
    return null;
  }

  private String via(Route found) throws IOException {
    for (LinkFacts link : links()) {
      if (link.index() == found.link) {
        return " on link " + link.name();
      }
    }
    return "";
  }

  /** The MTU of the link that the default route leaves by; 1500 where there is none. */
  int defaultMtu(boolean ipv6) throws IOException {
    for (Route found : list(ipv6)) {
      if (found.destination == null && found.table == RouteAttribute.MAIN_TABLE) {
        for (LinkFacts link : links()) {
          if (link.index() == found.link && link.mtu() > 0) {
            return link.mtu();
          }
        }
      }
    }
    return DEFAULT_MTU;
  }

  /** All links of the host. */
  List<LinkFacts> links() throws IOException {
    NetlinkWriter request = new NetlinkWriter();
    LinkRequests.list(request);
    List<LinkFacts> links = new ArrayList<>();
    for (NetlinkMessage message : route.use(socket -> socket.dump(request))) {
      if (message.type() == Rtm.NEW_LINK) {
        links.add(LinkFacts.read(message));
      }
    }
    return links;
  }

  private List<Route> list(boolean ipv6) throws IOException {
    NetlinkWriter request = new NetlinkWriter();
    AddressRequests.listRoutes(request, ipv6);
    List<Route> routes = new ArrayList<>();
    for (NetlinkMessage message : route.use(socket -> socket.dump(request))) {
      if (message.type() == Rtm.NEW_ROUTE) {
        routes.add(read(message));
      }
    }
    return routes;
  }

  private static Route read(NetlinkMessage message) throws UnknownHostException {
    Attributes attributes = message.attributes(Rtm.ROUTE_FIXED);
    byte[] destination = attributes.bytes(RouteAttribute.DESTINATION);
    int prefix = Byte.toUnsignedInt(message.payload().get(1));
    int table = Byte.toUnsignedInt(message.payload().get(4));
    return new Route(
        destination == null ? null : new Cidr(InetAddress.getByAddress(destination), prefix),
        attributes.u32(RouteAttribute.OUTGOING_LINK, 0),
        attributes.u32(RouteAttribute.TABLE, table));
  }
}
