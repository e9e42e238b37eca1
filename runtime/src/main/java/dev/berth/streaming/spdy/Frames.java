package dev.berth.streaming.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/** Writes the frames that a server of streaming sends (SPDY/3 draft, section 2.2). */
final class Frames {
  static final int VERSION = 3;
  static final int SYN_STREAM = 1;
  static final int SYN_REPLY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int HEADERS = 8;
  static final int WINDOW_UPDATE = 9;

  static final int FLAG_FIN = 1;

  static final int RST_PROTOCOL_ERROR = 1;
  static final int RST_REFUSED_STREAM = 3;
  static final int RST_CANCEL = 5;

  static final int GOAWAY_OK = 0;
  static final int GOAWAY_PROTOCOL_ERROR = 1;

  /**
   * A header block without headers: a zlib stream's stored block around the count 0, and an empty
   * one, at which readers hand on what they have.
   */
  private static final byte[] NO_HEADERS = {
    0, 4, 0, (byte) 0xfb, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff
  };

  /** What a zlib stream begins with; stored blocks need neither compressor nor dictionary. */
  private static final byte[] ZLIB = {0x78, 0x01};

  private Frames() {}

  private static ByteBuf control(int type, int length) {
    ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(8 + length);
    return frame.writeShort(0x8000 | VERSION).writeShort(type).writeInt(length);
  }

  /**
   * The answer to a stream, without headers.
   *
   * @param first whether it is the connection's first, which begins the zlib stream
   */
  static ByteBuf reply(int stream, boolean first) {
    int block = NO_HEADERS.length + (first ? ZLIB.length : 0);
    ByteBuf frame = control(SYN_REPLY, 4 + block).writeInt(stream);
    return (first ? frame.writeBytes(ZLIB) : frame).writeBytes(NO_HEADERS);
  }

  static ByteBuf reset(int stream, int status) {
    return control(RST_STREAM, 8).writeInt(stream).writeInt(status);
  }

  static ByteBuf ping(int id) {
    return control(PING, 4).writeInt(id);
  }

  static ByteBuf goAway(int lastStream, int status) {
    return control(GOAWAY, 8).writeInt(lastStream).writeInt(status);
  }

  /** Data of a stream; takes the bytes over. */
  static ByteBuf data(int stream, ByteBuf bytes) {
    ByteBuf head = ByteBufAllocator.DEFAULT.directBuffer(8);
    head.writeInt(stream).writeInt(bytes.readableBytes());
    return Unpooled.wrappedBuffer(head, bytes);
  }

  /** The end of a stream's data. */
  static ByteBuf end(int stream) {
    ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(8);
    return frame.writeInt(stream).writeInt(FLAG_FIN << 24);
  }
}
