package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Writes the header of a regular file (ustar, POSIX.1-1988; sizes of 8 GiB and more as GNU tar).
 */
public final class TarHeader {
  /** Headers and contents are padded to multiples of this. */
  public static final int BLOCK = 512;

  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_NAME = 100;

  private static final long MAX_OCTAL = 1L << 33;

  private TarHeader() {}

  /**
   * A header: owned by root, modified at the epoch.
   *
   * @throws IllegalArgumentException the name is too long
   */
  public static byte[] file(String name, int mode, long size) {
    byte[] bytes = name.getBytes(UTF_8);
    if (bytes.length > MAX_NAME) {
      throw new IllegalArgumentException("a name of " + bytes.length + " bytes");
    }
    byte[] block = new byte[BLOCK];
    System.arraycopy(bytes, 0, block, 0, bytes.length);
    put(block, 100, "%07o\0".formatted(mode));
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    size(block, size);
    put(block, 136, "00000000000\0");
    Arrays.fill(block, 148, 156, (byte) ' ');
    put(block, 156, "0");
    put(block, 257, "ustar\00000");
    int sum = 0;
    for (byte each : block) {
      sum += each & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    return block;
  }

  /** How many zeros follow a content. */
  public static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  private static void size(byte[] block, long size) {
    if (size < MAX_OCTAL) {
      put(block, 124, "%011o\0".formatted(size));
      return;
    }
    block[124] = (byte) 0x80;
    for (int i = 0; i < Long.BYTES; i++) {
      block[135 - i] = (byte) (size >>> (8 * i));
    }
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
