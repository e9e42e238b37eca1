package dev.berth.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a batch of netlink messages, one after another, into one buffer.
 *
 * <p>Between {@link #begin} and {@link #end} come the fixed part of the message ({@link #u8} …) and
 * its attributes. Lengths are filled in when a part ends. Numbers are in the machine's byte order
 * unless a method says otherwise. Writing past a bound throws {@code IllegalArgumentException}: a
 * message that does not fit must never be cut (CVE-2021-43784).
 */
public final class NetlinkWriter {
  static final int HEADER = 16;
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int NESTED = 0x8000;
  private static final int MAX_ATTRIBUTE = 0xffff;
  private static final int MAX_BATCH = 1 << 20;
  private static final int MAX_DEPTH = 16;

  private ByteBuffer buffer = order(ByteBuffer.allocate(1024));
  private int[] starts = new int[8];
  private int messages;
  private int depth;
  private final int[] nests = new int[MAX_DEPTH];
  private boolean open;

  private static ByteBuffer order(ByteBuffer b) {
    return b.order(ByteOrder.nativeOrder());
  }

  /** Begins a message. NLM_F_REQUEST is added. */
  public NetlinkWriter begin(int type, int flags) {
    check(!open, "a message was not ended");
    if (messages == starts.length) {
      starts = Arrays.copyOf(starts, messages * 2);
    }
    starts[messages++] = buffer.position();
    open = true;
    return u32(0).u16(type).u16(flags | Nlm.REQUEST).u32(0).u32(0);
  }

  /** Ends the message that was begun. */
  public NetlinkWriter end() {
    check(open && depth == 0, "nests and messages end in order");
    open = false;
    int start = starts[messages - 1];
    buffer.putInt(start, buffer.position() - start);
    pad();
    return this;
  }

  /** One byte. */
  public NetlinkWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /** Two bytes. */
  public NetlinkWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  /** Two bytes, big end first. */
  public NetlinkWriter u16be(int value) {
    return u8(value >>> 8).u8(value);
  }

  /** Four bytes. */
  public NetlinkWriter u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /** An attribute with these bytes. */
  public NetlinkWriter attribute(int type, byte... value) {
    attributeHeader(type, value.length);
    room(value.length).put(value);
    pad();
    return this;
  }

  /** An attribute of one byte. */
  public NetlinkWriter attributeU8(int type, int value) {
    return attribute(type, (byte) value);
  }

  /** An attribute of two bytes. */
  public NetlinkWriter attributeU16(int type, int value) {
    attributeHeader(type, 2).u16(value).pad();
    return this;
  }

  /** An attribute of four bytes. */
  public NetlinkWriter attributeU32(int type, int value) {
    attributeHeader(type, 4).u32(value);
    return this;
  }

  /** An attribute of four bytes, big end first, as nfnetlink has them. */
  public NetlinkWriter attributeU32be(int type, int value) {
    return attribute(
        type, (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value);
  }

  /** An attribute of eight bytes, big end first. */
  public NetlinkWriter attributeU64be(int type, long value) {
    attributeHeader(type, 8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      u8((int) (value >>> shift));
    }
    return this;
  }

  /**
   * An attribute of text with its terminating zero.
   *
   * @throws IllegalArgumentException when the text has a zero in it
   */
  public NetlinkWriter attributeText(int type, String value) {
    check(value.indexOf('\0') < 0, "text has a zero byte in it");
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return attribute(type, Arrays.copyOf(bytes, bytes.length + 1));
  }

  /** Begins an attribute that holds attributes (or a fixed part and then attributes). */
  public NetlinkWriter nest(int type) {
    return nestRaw(type | NESTED);
  }

  /** As {@link #nest} without the nested flag, for parts of the kernel that predate it. */
  public NetlinkWriter nestRaw(int type) {
    check(depth < MAX_DEPTH, "nested too deep");
    nests[depth++] = buffer.position();
    return attributeHeader(type, 0);
  }

  /** Ends the innermost nest. */
  public NetlinkWriter endNest() {
    check(depth > 0, "no nest is open");
    int start = nests[--depth];
    int length = buffer.position() - start;
    check(length <= MAX_ATTRIBUTE, "nested attribute of " + length + " bytes is too long");
    buffer.putShort(start, (short) length);
    return this;
  }

  /** How many messages were begun. */
  public int messages() {
    return messages;
  }

  /** Flags of a message as written. */
  int flags(int message) {
    return Short.toUnsignedInt(buffer.getShort(starts[message] + 6));
  }

  /** Sets a message's sequence number and, where an answer is wanted, the flag that asks for it. */
  void stamp(int message, int sequence, boolean acknowledge) {
    int at = starts[message];
    buffer.putInt(at + 8, sequence);
    if (acknowledge) {
      buffer.putShort(at + 6, (short) (flags(message) | Nlm.ACK));
    }
  }

  /** What was written, ready to be sent; the writer may be sent again. */
  ByteBuffer bytes() {
    check(!open, "a message was not ended");
    return order(buffer.duplicate()).flip();
  }

  private NetlinkWriter attributeHeader(int type, int payload) {
    check(open, "no message is open");
    int length = payload + ATTRIBUTE_HEADER;
    check(length <= MAX_ATTRIBUTE, "attribute of " + payload + " bytes is too long");
    return u16(length).u16(type);
  }

  private void pad() {
    while ((buffer.position() & 3) != 0) {
      u8(0);
    }
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int wanted = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      check(buffer.position() + bytes <= MAX_BATCH, "batch is longer than " + MAX_BATCH);
      ByteBuffer larger = order(ByteBuffer.allocate(wanted));
      larger.put(buffer.flip());
      buffer = larger;
    }
    return buffer;
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException("writing a netlink message: " + otherwise);
    }
  }
}
