package dev.berth.image.layer;

import dev.berth.kernel.Timestamp;
import java.nio.charset.StandardCharsets;

/** Numbers as tar headers and pax records write them. */
final class TarNumbers {
  private TarNumbers() {}

  /**
   * A numeric header field: octal digits ended by space or NUL, or base 256 when its first bit is
   * set (GNU tar).
   */
  static long field(byte[] block, int offset, int length, String name) throws BadLayerException {
    if ((block[offset] & 0x80) != 0) {
      return base256(block, offset, length, name);
    }
    long value = 0;
    int i = offset;
    int end = offset + length;
    while (i < end && block[i] == ' ') {
      i++;
    }
    while (i < end && block[i] != 0 && block[i] != ' ') {
      int digit = block[i++] - '0';
      if (digit < 0 || digit > 7 || value >= 1L << 60) {
        throw new BadLayerException(name + " is not an octal number");
      }
      value = value << 3 | digit;
    }
    return value;
  }

  private static long base256(byte[] block, int offset, int length, String name)
      throws BadLayerException {
    boolean negative = (block[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    int lead = block[offset] & 0x7f;
    value = value << 7 | lead;
    if (length > 8 && lead != (negative ? 0x7f : 0)) {
      throw new BadLayerException(name + " does not fit 64 bits");
    }
    for (int i = 1; i < length; i++) {
      if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
        throw new BadLayerException(name + " does not fit 64 bits");
      }
      value = value << 8 | (block[offset + i] & 0xff);
    }
    return value;
  }

  /** A whole decimal number in a pax record. */
  static long decimal(byte[] text, String name) throws BadLayerException {
    try {
      return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      throw new BadLayerException(name + " is not a decimal number");
    }
  }

  /** Seconds with an optional fraction in a pax record; digits beyond nanoseconds are cut. */
  static Timestamp time(byte[] text, String name) throws BadLayerException {
    String number = new String(text, StandardCharsets.US_ASCII);
    int dot = number.indexOf('.');
    String whole = dot < 0 ? number : number.substring(0, dot);
    String fraction = dot < 0 ? "" : number.substring(dot + 1);
    boolean negative = whole.startsWith("-");
    if (!fraction.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new BadLayerException(name + " is not a time");
    }
    int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
    long seconds = decimal(whole.getBytes(StandardCharsets.US_ASCII), name);
    if (negative && nanos > 0) {
      return new Timestamp(seconds - 1, 1_000_000_000 - nanos);
    }
    return new Timestamp(seconds, nanos);
  }

  /** An id that the kernel takes as a user or group. */
  static int id(long value, String name) throws BadLayerException {
    if (value < 0 || value > 0xfffffffeL) {
      throw new BadLayerException(name + " " + value + " is not an id");
    }
    return (int) value;
  }
}
