package dev.berth.network.builtin;

import static dev.berth.netlink.NftRule.META_IN_NAME;
import static dev.berth.netlink.NftRule.META_OUT_NAME;
import static dev.berth.netlink.NftRule.META_TRANSPORT;
import static dev.berth.netlink.NftRule.NETWORK_HEADER;
import static dev.berth.netlink.NftRule.TRANSPORT_HEADER;
import static dev.berth.netlink.NftRule.WIDE;
import static dev.berth.netlink.NftRule.WORD;

import dev.berth.netlink.Nfnl;
import dev.berth.netlink.NftBatch;
import dev.berth.netlink.NftRule;
import dev.berth.netlink.RouteAttribute;
import dev.berth.network.Cidr;
import dev.berth.network.NetworkSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The fixed content of the instance's table. Pure. As nft would show it, for each family of the pod
 * ranges:
 *
 * <pre>
 * chain martians    { hook prerouting priority raw; in BRIDGE, to 127/8: drop }
 * chain prerouting  { nat hook prerouting; to an address of this host: jump hostports }
 * chain output      { nat hook output; to an address of this host: jump hostports }
 * chain hostports   { not to ::1; dnat to @ip4 [address . protocol . port]; dnat to @any4 […] }
 * chain postrouting { nat hook postrouting
 *    out BRIDGE, from 127/8: masquerade                     (127.0.0.1:hostPort)
 *    out BRIDGE, from @pods4, came to a host port: masquerade  (pod to pod by a host port)
 *    out any other link, from @pods4, not to @pods4: masquerade }
 * </pre>
 *
 * <p>Pod to pod by a host port is masqueraded so that the answer comes back this way: on the same
 * bridge it would go straight to the asking pod, which knows nothing of that peer. Connections that
 * others translated (Services) are left alone.
 */
final class FirewallRules {
  private static final int PRIORITY_RAW = -300;
  private static final int PRIORITY_DESTINATION_NAT = -100;
  private static final int PRIORITY_SOURCE_NAT = 100;
  private static final int TYPE_IPV4 = 7;
  private static final int TYPE_IPV6 = 8;
  private static final int TYPE_PROTOCOL = 12;
  private static final int TYPE_PORT = 13;
  private static final int TYPE_BITS = 6;
  private static final byte[] LOCAL = {RouteAttribute.LOCAL, 0, 0, 0};
  private static final byte[] LOOPBACK_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  /** IPS_DST_NAT in the machine's order. */
  private static final byte[] DESTINATION_TRANSLATED = {0x20, 0, 0, 0};

  private final NftBatch batch;
  private final NetworkSettings settings;

  private FirewallRules(NftBatch batch, NetworkSettings settings) {
    this.batch = batch;
    this.settings = settings;
  }

  /** The map of host ports for a family, at one host address or at all. */
  static String portMap(boolean ipv6, boolean oneAddress) {
    return (oneAddress ? "ip" : "any") + (ipv6 ? "6" : "4");
  }

  private static String podSet(boolean ipv6) {
    return ipv6 ? "pods6" : "pods4";
  }

  private static int family(boolean ipv6) {
    return ipv6 ? Nfnl.FAMILY_IPV6 : Nfnl.FAMILY_IPV4;
  }

  private static int addressBytes(boolean ipv6) {
    return ipv6 ? 16 : 4;
  }

  /** Writes everything but elements of host ports into a batch for an empty table. */
  static void write(NftBatch batch, NetworkSettings settings) {
    FirewallRules rules = new FirewallRules(batch, settings);
    rules.chains();
    for (boolean ipv6 : new boolean[] {false, true}) {
      if (!Firewall.ranges(settings, ipv6).isEmpty()) {
        rules.family6(ipv6);
      }
    }
  }

  private void chains() {
    batch.baseChain("martians", "filter", NftBatch.Hook.PREROUTING, PRIORITY_RAW);
    batch.baseChain("prerouting", "nat", NftBatch.Hook.PREROUTING, PRIORITY_DESTINATION_NAT);
    batch.baseChain("output", "nat", NftBatch.Hook.OUTPUT, PRIORITY_DESTINATION_NAT);
    batch.baseChain("postrouting", "nat", NftBatch.Hook.POSTROUTING, PRIORITY_SOURCE_NAT);
    batch.chain("hostports");
    batch.rule(
        "martians",
        rule -> {
          rule.family(Nfnl.FAMILY_IPV4).link(META_IN_NAME, settings.bridge(), true);
          toLoopback(rule.payload(NETWORK_HEADER, 16, 4, WORD)).drop();
        });
    for (String chain : List.of("prerouting", "output")) {
      batch.rule(chain, rule -> rule.destinationType(WORD).equal(WORD, LOCAL).jump("hostports"));
    }
  }

  private static NftRule toLoopback(NftRule rule) {
    return rule.mask(WORD, (byte) 0xff, (byte) 0, (byte) 0, (byte) 0)
        .equal(WORD, (byte) 127, (byte) 0, (byte) 0, (byte) 0);
  }

  private void family6(boolean ipv6) {
    sets(ipv6);
    if (ipv6) {
      batch.rule(
          "hostports",
          rule ->
              rule.family(Nfnl.FAMILY_IPV6)
                  .payload(NETWORK_HEADER, 24, 16, WIDE)
                  .equal(WIDE, LOOPBACK_6)
                  .leave());
    }
    for (boolean oneAddress : new boolean[] {true, false}) {
      batch.rule("hostports", rule -> translate(rule, ipv6, oneAddress));
    }
    masquerade(ipv6);
  }

  private void sets(boolean ipv6) {
    int address = ipv6 ? TYPE_IPV6 : TYPE_IPV4;
    int bytes = addressBytes(ipv6);
    int place = TYPE_PROTOCOL << TYPE_BITS | TYPE_PORT;
    int target = address << TYPE_BITS | TYPE_PORT;
    batch.set(podSet(ipv6), address, bytes, NftBatch.INTERVALS);
    batch.add(podSet(ipv6), intervals(Firewall.ranges(settings, ipv6)));
    batch.map(portMap(ipv6, false), place, 8, target, bytes + 4);
    int placeAt = address << (2 * TYPE_BITS) | place;
    batch.map(portMap(ipv6, true), placeAt, bytes + 8, target, bytes + 4);
  }

  private static void translate(NftRule rule, boolean ipv6, boolean oneAddress) {
    int words = addressBytes(ipv6) / 4;
    int at = WORD;
    rule.family(family(ipv6));
    if (oneAddress) {
      rule.payload(NETWORK_HEADER, ipv6 ? 24 : 16, addressBytes(ipv6), WORD);
      at += words;
    }
    rule.meta(META_TRANSPORT, at).payload(TRANSPORT_HEADER, 2, 2, at + 1);
    rule.map(portMap(ipv6, oneAddress), WORD, WORD);
    rule.destinationNat(family(ipv6), WORD, WORD + words);
  }

  private void masquerade(boolean ipv6) {
    String bridge = settings.bridge();
    if (!ipv6) {
      batch.rule(
          "postrouting",
          rule -> {
            rule.family(Nfnl.FAMILY_IPV4).link(META_OUT_NAME, bridge, true);
            toLoopback(rule.payload(NETWORK_HEADER, 12, 4, WORD)).masquerade();
          });
    }
    for (boolean oneAddress : new boolean[] {true, false}) {
      batch.rule("postrouting", rule -> fromPodByHostPort(rule, ipv6, oneAddress));
    }
    batch.rule(
        "postrouting",
        rule -> {
          source(rule.family(family(ipv6)), ipv6).in(podSet(ipv6), WORD, true);
          rule.payload(NETWORK_HEADER, ipv6 ? 24 : 16, addressBytes(ipv6), WORD);
          rule.in(podSet(ipv6), WORD, false).link(META_OUT_NAME, bridge, false).masquerade();
        });
  }

  private static NftRule source(NftRule rule, boolean ipv6) {
    return rule.payload(NETWORK_HEADER, ipv6 ? 8 : 12, addressBytes(ipv6), WORD);
  }

  private void fromPodByHostPort(NftRule rule, boolean ipv6, boolean oneAddress) {
    rule.family(family(ipv6)).link(META_OUT_NAME, settings.bridge(), true);
    source(rule, ipv6).in(podSet(ipv6), WORD, true);
    rule.connection(NftRule.CT_STATUS, WORD).mask(WORD, DESTINATION_TRANSLATED);
    rule.equal(WORD, DESTINATION_TRANSLATED);
    int at = WORD;
    if (oneAddress) {
      rule.connectionOrigin(ipv6 ? NftRule.CT_DESTINATION_6 : NftRule.CT_DESTINATION_4, WORD);
      at += addressBytes(ipv6) / 4;
    }
    rule.meta(META_TRANSPORT, at).connectionOrigin(NftRule.CT_DESTINATION_PORT, at + 1);
    rule.map(portMap(ipv6, oneAddress), WORD, WORD).masquerade();
  }

  private static List<NftBatch.Element> intervals(List<Cidr> ranges) {
    List<NftBatch.Element> elements = new ArrayList<>();
    for (Cidr range : ranges) {
      elements.add(
          new NftBatch.Element(range.network().address().getAddress(), new byte[0], false));
      byte[] behind = behind(range);
      if (behind.length > 0) {
        elements.add(new NftBatch.Element(behind, new byte[0], true));
      }
    }
    return elements;
  }

  /** The first address behind a range; empty when there is none. */
  private static byte[] behind(Cidr range) {
    byte[] bytes = range.network().address().getAddress();
    int bit = range.prefix() - 1;
    while (bit >= 0 && (bytes[bit / 8] & (0x80 >>> (bit % 8))) != 0) {
      bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
      bit--;
    }
    if (bit < 0) {
      return new byte[0];
    }
    bytes[bit / 8] |= (byte) (0x80 >>> (bit % 8));
    return bytes;
  }
}
