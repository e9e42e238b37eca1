package dev.berth.streaming.spdy;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads the header blocks of one connection (SPDY/3 draft, section 2.6.10): all blocks are one zlib
 * stream. What a block unpacks to is bounded before it is unpacked.
 */
final class HeaderReader implements AutoCloseable {
  private final Limits limits;
  private final Inflater inflater = new Inflater();
  private final byte[] room;

  HeaderReader(Limits limits) {
    this.limits = limits;
    this.room = new byte[limits.headerBytes() + 1];
  }

  /**
   * Reads one block.
   *
   * @return names in lower case; of a name given twice the first value
   */
  Map<String, String> read(ByteBuf block) throws SpdyError {
    byte[] packed = new byte[block.readableBytes()];
    block.readBytes(packed);
    try {
      return pairs(ByteBuffer.wrap(room, 0, unpack(packed)));
    } catch (DataFormatException e) {
      throw new SpdyError("header block is no zlib: " + e.getMessage());
    }
  }

  private int unpack(byte[] packed) throws DataFormatException, SpdyError {
    inflater.setInput(packed);
    int length = 0;
    while (true) {
      int n = inflater.inflate(room, length, room.length - length);
      length += n;
      if (length > limits.headerBytes()) {
        throw new SpdyError("header block of more than " + limits.headerBytes() + " bytes");
      }
      if (n > 0) {
        continue;
      }
      if (inflater.needsDictionary()) {
        setDictionary();
      } else if (inflater.needsInput()) {
        return length;
      } else {
        throw new SpdyError("header blocks end their zlib stream");
      }
    }
  }

  private void setDictionary() throws SpdyError {
    try {
      inflater.setDictionary(Dictionary.bytes());
    } catch (IllegalArgumentException e) {
      throw new SpdyError("header block with another dictionary");
    }
  }

  private Map<String, String> pairs(ByteBuffer block) throws SpdyError {
    int count = length(block, limits.headers());
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String name = text(block).toLowerCase(Locale.ROOT);
      pairs.putIfAbsent(name, text(block));
    }
    if (block.hasRemaining()) {
      throw new SpdyError("header block with " + block.remaining() + " bytes too many");
    }
    return pairs;
  }

  private static String text(ByteBuffer block) throws SpdyError {
    byte[] bytes = new byte[length(block, block.remaining())];
    if (bytes.length > block.remaining()) {
      throw new SpdyError("header block ends in a text");
    }
    block.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int length(ByteBuffer block, int most) throws SpdyError {
    if (block.remaining() < Integer.BYTES) {
      throw new SpdyError("header block ends in a number");
    }
    int length = block.getInt();
    if (length < 0 || length > most) {
      throw new SpdyError("header block with a length of " + Integer.toUnsignedString(length));
    }
    return length;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
