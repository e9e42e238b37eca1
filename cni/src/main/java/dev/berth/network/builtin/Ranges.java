package dev.berth.network.builtin;

import dev.berth.network.Cidr;

/** What follows from a pod range. Pure. */
final class Ranges {
  private static final int MAX_OFFSET_BITS = 62;

  private Ranges() {}

  /** The bridge's address in a range, with the range's prefix: the first one. */
  static Cidr gateway(Cidr range) {
    return new Cidr(range.at(1), range.prefix());
  }

  /** The offset of the first address for a pod. */
  static long firstPod() {
    return 2;
  }

  /** The offset of the last address for a pod; IPv4's last address is the broadcast. */
  static long lastPod(Cidr range) {
    int hostBits = Math.min(MAX_OFFSET_BITS, range.addressBits() - range.prefix());
    long last = (1L << hostBits) - 1;
    return range.isIpv6() ? last : last - 1;
  }
}
