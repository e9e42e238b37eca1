package dev.berth.network.builtin;

import dev.berth.netlink.NftBatch;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The map elements that a pod's host ports are. Pure.
 *
 * <p>Keys are {@code protocol . port} in the maps for all host addresses and {@code address .
 * protocol . port} in those for one; values are {@code address . port} of the pod. Each part is
 * padded to four bytes.
 */
final class HostPortElements {

  /** An element and the map that it goes to. */
  record Placed(String map, NftBatch.Element element) {}

  private static final byte[] NOTHING = {};

  private HostPortElements() {}

  /** Elements for each host port and each of the pod's addresses that it applies to. */
  static List<Placed> of(Attachment attachment) {
    List<Placed> placed = new ArrayList<>();
    for (HostPort port : attachment.hostPorts()) {
      for (Cidr address : attachment.addresses()) {
        InetAddress hostIp = port.hostIp();
        if (hostIp == null || sameFamily(hostIp, address.address())) {
          placed.add(element(port, address));
        }
      }
    }
    return placed;
  }

  private static boolean sameFamily(InetAddress a, InetAddress b) {
    return a.getAddress().length == b.getAddress().length;
  }

  private static Placed element(HostPort port, Cidr pod) {
    InetAddress hostIp = port.hostIp();
    byte[] key =
        join(
            hostIp == null ? NOTHING : hostIp.getAddress(),
            new byte[] {(byte) port.protocol().number(), 0, 0, 0},
            portBytes(port.hostPort()));
    byte[] value = join(pod.address().getAddress(), portBytes(port.containerPort()));
    String map = FirewallRules.portMap(pod.isIpv6(), hostIp != null);
    return new Placed(map, new NftBatch.Element(key, value, false));
  }

  private static byte[] portBytes(int port) {
    return new byte[] {(byte) (port >>> 8), (byte) port, 0, 0};
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
