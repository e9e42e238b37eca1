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
  private String[] about = new String[8];
  private int messages;
  private boolean[] silent = new boolean[8];
  private int depth;
  private final int[] nests = new int[MAX_DEPTH];
  private boolean open;

  private static ByteBuffer order(ByteBuffer b) {
    return b.order(ByteOrder.nativeOrder());
  }

  /**
   * Begins a message. NLM_F_REQUEST is added.
   *
   * @param about what it attempts, for the error it may end in, e.g. {@code set lo up}
   */
  public NetlinkWriter begin(String about, int type, int flags) {
    check(!open, "a message was not ended");
    if (messages == starts.length) {
      starts = Arrays.copyOf(starts, messages * 2);
      this.about = Arrays.copyOf(this.about, messages * 2);
      silent = Arrays.copyOf(silent, messages * 2);
    }
    this.about[messages] = about;
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

  /**
   * Of the message that is open: the kernel answers nothing to it. For the marks around an
   * nfnetlink batch.
   */
  NetlinkWriter silent() {
    check(open, "no message is open");
    silent[messages - 1] = true;
    return this;
  }

  /** Whether the kernel answers a message. */
  boolean answered(int message) {
    return !silent[message];
  }

  /** What a message attempts. */
  String about(int message) {
    return about[message];
  }

  /** Flags of a message as written. */
  private int flags(int message) {
    return Short.toUnsignedInt(buffer.getShort(starts[message] + 6));
  }

  /** Numbers the messages from a sequence number on, and asks for an answer to each. */
  void stamp(int firstSequence, int answerFlag) {
    for (int message = 0; message < messages; message++) {
      buffer.putInt(starts[message] + 8, firstSequence + message);
      if (!silent[message]) {
        buffer.putShort(starts[message] + 6, (short) (flags(message) | answerFlag));
      }
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
