package dev.berth.network.builtin;

import java.net.InetAddress;

/** Link-layer addresses that follow from the IP address, so that neighbours' caches stay right. */
final class Mac {
  private static final byte LOCALLY_ADMINISTERED = 0x0a;
  private static final byte OURS = 0x58;

  private Mac() {}

  /** 0a:58 and the four bytes of an IPv4 address, or the last four of an IPv6 one. */
  static byte[] of(InetAddress address) {
    byte[] ip = address.getAddress();
    int from = ip.length - 4;
    return new byte[] {
      LOCALLY_ADMINISTERED, OURS, ip[from], ip[from + 1], ip[from + 2], ip[from + 3]
    };
  }
}
