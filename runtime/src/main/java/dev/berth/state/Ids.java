package dev.berth.state;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes ids for pods and containers: 64 hex digits, as clients of the CRI know them. */
public final class Ids {
  private static final int BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  /** An id that nobody has. */
  public String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
