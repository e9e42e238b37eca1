package dev.berth.spec;

import dev.berth.cri.v1.PortMapping;
import dev.berth.cri.v1.Protocol;
import dev.berth.spec.check.Refusal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A port of the machine that leads to a pod.
 *
 * @param protocol TCP, UDP or SCTP
 * @param hostIp the machine's address that it is on, {@code ""} for all
 * @param hostPort 1 to 65535
 * @param containerPort 1 to 65535
 */
public record HostPort(Protocol protocol, String hostIp, int hostPort, int containerPort) {

  /** Checks mappings; one without a host port only informs and is left out. */
  static List<HostPort> of(String field, List<PortMapping> mappings) {
    var ports = new ArrayList<HostPort>();
    Set<HostPort> taken = new HashSet<>();
    for (int i = 0; i < mappings.size(); i++) {
      PortMapping mapping = mappings.get(i);
      HostPort port = checked(field + "[" + i + "]", mapping);
      if (port.hostPort() != 0) {
        if (!taken.add(new HostPort(port.protocol(), port.hostIp(), port.hostPort(), 0))) {
          throw Refusal.of(
              field + "[" + i + "].host_port", port.hostPort(), "is there twice for one protocol");
        }
        ports.add(port);
      }
    }
    return ports;
  }

  private static HostPort checked(String field, PortMapping mapping) {
    if (mapping.getProtocol() == Protocol.UNRECOGNIZED) {
      throw Refusal.of(field + ".protocol", mapping.getProtocolValue(), "is TCP, UDP or SCTP");
    }
    inRange(field + ".container_port", mapping.getContainerPort(), 1);
    inRange(field + ".host_port", mapping.getHostPort(), 0);
    if (!mapping.getHostIp().isEmpty()) {
      literal(field + ".host_ip", mapping.getHostIp());
    }
    return new HostPort(
        mapping.getProtocol(),
        mapping.getHostIp(),
        mapping.getHostPort(),
        mapping.getContainerPort());
  }

  private static void inRange(String field, int port, int least) {
    if (port < least || port > 65_535) {
      throw Refusal.of(field, port, "lies between " + least + " and 65535");
    }
  }

  /** An address written as one: nothing is ever looked up by name. */
  static InetAddress literal(String field, String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.of(field, text, "is not an IP address");
    }
  }
}
