package dev.berth.network;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An address with the length of its network prefix, e.g. {@code 10.88.0.1/16} or {@code
 * fd00:88::1/64}.
 *
 * <p>The address keeps its host bits, so that the same type says a range ({@link #network}) and an
 * interface's address in it.
 *
 * @param address IPv4 or IPv6, without a scope
 * @param prefix bits, 0 to 32 or 128
 */
public record Cidr(InetAddress address, int prefix) {

  /**
   * Checks the prefix.
   *
   * @throws IllegalArgumentException when the prefix does not fit the family
   */
  public Cidr {
    if (prefix < 0 || prefix > address.getAddress().length * 8) {
      throw new IllegalArgumentException(
          "prefix length " + prefix + " does not fit address " + address.getHostAddress());
    }
  }

  /**
   * Reads {@code ADDRESS/PREFIX}; names are never looked up.
   *
   * @throws IllegalArgumentException when the text is not an address and a prefix length
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || text.indexOf('%') >= 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an address range: expected ADDRESS/PREFIX");
    }
    try {
      return new Cidr(address(text.substring(0, slash)), prefixLength(text.substring(slash + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an address range: " + e.getMessage(), e);
    }
  }

  /** Without the old short forms, in which 10.1 is 10.0.0.1. */
  private static InetAddress address(String text) {
    if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
      throw new IllegalArgumentException("\"" + text + "\" is not a whole address");
    }
    return InetAddress.ofLiteral(text);
  }

  private static int prefixLength(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 3;
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits) {
      throw new IllegalArgumentException("prefix length \"" + text + "\" is not a number");
    }
    return Integer.parseInt(text);
  }

  /** Whether the family is IPv6. */
  public boolean isIpv6() {
    return address.getAddress().length == 16;
  }

  /** Bits of the family's addresses: 32 or 128. */
  public int addressBits() {
    return address.getAddress().length * 8;
  }

  /** The same range with all host bits zero. */
  public Cidr network() {
    byte[] bytes = address.getAddress();
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
    }
    return new Cidr(inet(bytes), prefix);
  }

  /** Whether an address of the same family lies in this range. */
  public boolean contains(InetAddress other) {
    byte[] a = address.getAddress();
    byte[] b = other.getAddress();
    if (a.length != b.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (a[i] != b[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || ((a[whole] ^ b[whole]) & 0xff & (0xff00 >> rest)) == 0;
  }

  /** Whether the two ranges share an address. */
  public boolean overlaps(Cidr other) {
    return prefix <= other.prefix ? contains(other.address) : other.contains(address);
  }

  /**
   * The range's address at an offset from its network address.
   *
   * @param offset not negative; 1 is the first address after the network address
   * @throws IllegalArgumentException when the range is smaller than that
   */
  public InetAddress at(long offset) {
    byte[] bytes = network().address.getAddress();
    BigInteger sum = new BigInteger(1, bytes).add(BigInteger.valueOf(offset));
    byte[] moved = new byte[bytes.length];
    for (int i = 0; i < moved.length; i++) {
      moved[moved.length - 1 - i] = sum.shiftRight(8 * i).byteValue();
    }
    InetAddress found = inet(moved);
    if (offset < 0 || !contains(found)) {
      throw new IllegalArgumentException("offset " + offset + " lies outside " + this);
    }
    return found;
  }

  /**
   * The inverse of {@link #at}.
   *
   * @throws IllegalArgumentException when the address is outside, or its offset above 2⁶³−1
   */
  public long offsetOf(InetAddress member) {
    if (!contains(member)) {
      throw new IllegalArgumentException(member.getHostAddress() + " lies outside " + this);
    }
    BigInteger base = new BigInteger(1, network().address.getAddress());
    BigInteger offset = new BigInteger(1, member.getAddress()).subtract(base);
    if (offset.bitLength() > 63) {
      throw new IllegalArgumentException(member.getHostAddress() + " is too far into " + this);
    }
    return offset.longValue();
  }

  private static InetAddress inet(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + bytes.length + " bytes", e);
    }
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
