package dev.berth.config;

import dev.berth.network.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of pod addresses.
 *
 * @param network its first address; the bits behind the prefix are zero
 * @param prefix the prefix's length in bits
 */
public record PodCidr(InetAddress network, int prefix) {

  /**
   * Reads {@code ADDRESS/PREFIX}.
   *
   * @throws IllegalArgumentException saying why, when it is no range that pods can live in
   */
  public static PodCidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("it has no /PREFIX");
    }
    InetAddress address = InetAddress.ofLiteral(text.substring(0, slash));
    int prefix = prefixOf(text.substring(slash + 1));
    int bits = address.getAddress().length * 8;
    if (prefix < 8 || prefix > bits - 3) {
      throw new IllegalArgumentException("the prefix must be from 8 to " + (bits - 3));
    }
    InetAddress network = masked(address, prefix);
    if (!network.equals(address)) {
      throw new IllegalArgumentException(
          "the network of this prefix is " + network.getHostAddress() + "/" + prefix);
    }
    if (network.isMulticastAddress()
        || network.isLoopbackAddress()
        || network.isAnyLocalAddress()) {
      throw new IllegalArgumentException("pods cannot have such addresses");
    }
    return new PodCidr(network, prefix);
  }

  /** The same for the network. */
  public Cidr range() {
    return new Cidr(network, prefix);
  }

  /** Whether this is a range of IPv6 addresses. */
  public boolean isIpv6() {
    return network instanceof Inet6Address;
  }

  private static int prefixOf(String text) {
    if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("the prefix is not a number");
    }
    return Integer.parseInt(text);
  }

  private static InetAddress masked(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    int whole = prefix / 8;
    if (whole < bytes.length) {
      bytes[whole] &= (byte) (0xff00 >> (prefix % 8));
      Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefix;
  }
}
