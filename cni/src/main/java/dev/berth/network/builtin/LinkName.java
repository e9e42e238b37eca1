package dev.berth.network.builtin;

import java.security.SecureRandom;

/** Names for host-side links: {@code bth} and ten hex digits, random, so never used again. */
final class LinkName {
  private static final String PREFIX = "bth";
  private static final int DIGITS = 10;
  private static final long MASK = (1L << (4 * DIGITS)) - 1;

  private final SecureRandom random = new SecureRandom();

  /** A name that no link had; the kernel refuses the one in a million million that one has. */
  String next() {
    long bits = (random.nextLong() & MASK) | (1L << (4 * DIGITS));
    return PREFIX + Long.toHexString(bits).substring(1);
  }
}
