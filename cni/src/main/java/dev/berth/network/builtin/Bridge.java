package dev.berth.network.builtin;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.netlink.NetlinkException;
import dev.berth.netlink.NetlinkMessage;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.network.Cidr;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The instance's bridge, with the gateway's addresses and the kernel parameters that pods need.
 *
 * <ul>
 *   <li>{@code accept_ra=0} before it is up: no pod announces itself as the host's router
 *       (CVE-2020-10749). Without an IPv6 range the bridge has no IPv6 at all.
 *   <li>{@code route_localnet=1} on this link only, so that 127.0.0.1:hostPort reaches a pod; the
 *       firewall drops what pods send to 127/8 (CVE-2020-8558) and must be there first.
 *   <li>forwarding on the host, which every node of a cluster has on anyway: answers from outside
 *       arrive on other links than the bridge. Where IPv6 forwarding is switched on here, links
 *       that learn their routes by router advertisements are told to go on doing so.
 * </ul>
 */
final class Bridge {
  private static final String IPV4 = "net/ipv4/conf/";
  private static final String IPV6 = "net/ipv6/conf/";

  private final CurrentSettings settings;
  private final NetlinkSockets route;
  private final Sysctls sysctls;

  Bridge(CurrentSettings settings, NetlinkSockets route, Sysctls sysctls) {
    this.settings = settings;
    this.route = route;
    this.sysctls = sysctls;
  }

  /** The bridge as it is, or null. */
  @Nullable LinkFacts find() throws IOException {
    NetlinkWriter question = new NetlinkWriter();
    LinkRequests.get(question, settings.get().bridge());
    try {
      List<NetlinkMessage> answers = route.use(socket -> socket.query(question));
      return answers.isEmpty() ? null : LinkFacts.read(answers.get(0));
    } catch (NetlinkException e) {
      if (e.is(Errno.ENODEV)) {
        return null;
      }
      throw e;
    }
  }

  /**
   * Makes the bridge, or makes the one that is there right.
   *
   * @return its index
   * @throws Fault.FailedPrecondition when the name belongs to a link of another kind
   * @throws IOException what the kernel refused
   */
  int ensure(int mtu) throws IOException {
    LinkFacts bridge = find();
    if (bridge == null) {
      NetlinkWriter batch = new NetlinkWriter();
      byte[] mac = Mac.of(Ranges.gateway(settings.get().podCidrs().get(0)).address());
      LinkRequests.bridge(batch, settings.get().bridge(), mtu, mac);
      route.execute(batch);
      bridge = find();
    }
    if (bridge == null || !bridge.kind().equals("bridge")) {
      throw new Fault.FailedPrecondition(
          "link "
              + settings.get().bridge()
              + " is no bridge, but that is its instance's bridge's name");
    }
    tune();
    start(bridge.index());
    return bridge.index();
  }

  private void start(int index) throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    LinkRequests.up(batch, index, settings.get().bridge());
    for (Cidr range : settings.get().podCidrs()) {
      AddressRequests.address(batch, index, Ranges.gateway(range));
    }
    route.execute(batch);
  }

  private void tune() throws IOException {
    String name = settings.get().bridge() + "/";
    sysctls.setIfPresent(IPV6 + name + "accept_ra", "0");
    sysctls.setIfPresent(IPV6 + name + "disable_ipv6", settings.get().ipv6() ? "0" : "1");
    if (settings.get().ipv4()) {
      sysctls.set("net/ipv4/ip_forward", "1");
      sysctls.set(IPV4 + name + "forwarding", "1");
      sysctls.set(IPV4 + name + "route_localnet", "1");
    }
    if (settings.get().ipv6()) {
      forwardIpv6();
    }
  }

  private void forwardIpv6() throws IOException {
    if (sysctls.get(IPV6 + "all/forwarding").equals("1")) {
      return;
    }
    for (LinkFacts link : new HostRoutes(route).links()) {
      String key = IPV6 + link.name() + "/accept_ra";
      if (sysctls.has(key) && sysctls.get(key).equals("1")) {
        sysctls.set(key, "2");
      }
    }
    sysctls.set(IPV6 + "all/forwarding", "1");
  }

  /** Removes the bridge; fine when there is none. */
  void remove() throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    LinkRequests.delete(batch, settings.get().bridge());
    try {
      route.execute(batch);
    } catch (NetlinkException e) {
      if (!e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }
}
