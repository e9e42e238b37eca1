package dev.berth.network;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One port of the host that leads to a port of the pod.
 *
 * @param protocol TCP, UDP or SCTP
 * @param hostIp the host address it is reachable at; null for all of them, IPv4 and IPv6
 * @param hostPort 1 to 65535
 * @param containerPort 1 to 65535
 */
public record HostPort(
    Protocol protocol, @Nullable InetAddress hostIp, int hostPort, int containerPort) {

  /** The transport, with its IP protocol number. */
  public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;

    Protocol(int number) {
      this.number = number;
    }

    /** The number in IP headers. */
    public int number() {
      return number;
    }
  }

  /**
   * Checks the ports; a wildcard address (0.0.0.0, ::) counts as no address.
   *
   * @throws IllegalArgumentException when a port is out of range
   */
  public HostPort {
    checkPort("host port", hostPort);
    checkPort("container port", containerPort);
    if (hostIp != null && hostIp.isAnyLocalAddress()) {
      hostIp = null;
    }
  }

  private static void checkPort(String what, int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(what + " " + port + " is outside 1 to 65535");
    }
  }

  /** Whether no two pods could have both: same protocol and port, addresses not told apart. */
  public boolean conflictsWith(HostPort other) {
    return protocol == other.protocol
        && hostPort == other.hostPort
        && (hostIp == null || other.hostIp == null || hostIp.equals(other.hostIp));
  }

  /** E.g. {@code tcp:8080:80} or {@code udp:53:5353:192.0.2.1}; read back by {@link #parse}. */
  @Override
  public String toString() {
    String ports = protocol.name().toLowerCase(Locale.ROOT) + ":" + hostPort + ":" + containerPort;
    return hostIp == null ? ports : ports + ":" + hostIp.getHostAddress();
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException when the text is something else
   */
  public static HostPort parse(String text) {
    int first = text.indexOf(':');
    int second = text.indexOf(':', first + 1);
    if (first < 0 || second < 0) {
      throw new IllegalArgumentException("\"" + text + "\" is not a host port");
    }
    int third = text.indexOf(':', second + 1);
    String containerPort = text.substring(second + 1, third < 0 ? text.length() : third);
    return new HostPort(
        Protocol.valueOf(text.substring(0, first).toUpperCase(Locale.ROOT)),
        third < 0 ? null : InetAddress.ofLiteral(text.substring(third + 1)),
        Integer.parseInt(text.substring(first + 1, second)),
        Integer.parseInt(containerPort));
  }
}
