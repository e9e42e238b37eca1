package dev.berth.shim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A record that grows while it is written: little endian, no padding. Not thread-safe. */
final class RecordBuffer {
  private static final int MAGIC = 0x4e4c5042;
  private static final int LENGTH_AT = 8;
  private static final int HEADER = 16;
  private static final int MAX = 8 << 20;

  private ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

  RecordBuffer(int version, int kind) {
    bytes.putInt(MAGIC).putShort((short) version).putShort((short) kind);
    bytes.position(HEADER);
  }

  RecordBuffer u32(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  RecordBuffer u64(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  /**
   * Text in UTF-8, its length before and one NUL behind it.
   *
   * @throws IllegalArgumentException when it has a NUL inside
   */
  RecordBuffer text(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("text with a NUL inside: " + text.replace('\0', '?'));
    }
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    room(Integer.BYTES + encoded.length + 1).putInt(encoded.length).put(encoded).put((byte) 0);
    return this;
  }

  RecordBuffer bytes(ByteBuffer content) {
    room(Integer.BYTES + content.remaining()).putInt(content.remaining()).put(content);
    return this;
  }

  /** The whole record, ready to be read. */
  ByteBuffer finish() {
    bytes.putInt(LENGTH_AT, bytes.position());
    return bytes.flip();
  }

  private ByteBuffer room(int wanted) {
    if (bytes.remaining() < wanted) {
      long size = Math.max(bytes.capacity() * 2L, bytes.position() + (long) wanted);
      if (bytes.position() + (long) wanted > MAX) {
        throw new IllegalArgumentException("a plan of more than " + MAX + " bytes");
      }
      ByteBuffer larger = ByteBuffer.allocate((int) Math.min(size, MAX));
      bytes = larger.order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
    }
    return bytes;
  }
}
