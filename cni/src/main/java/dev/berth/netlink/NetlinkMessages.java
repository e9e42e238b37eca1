package dev.berth.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Splits what one receive call gave into messages. */
final class NetlinkMessages {
  private NetlinkMessages() {}

  /**
   * Reads all messages of a buffer. Their payloads are copies.
   *
   * @throws NetlinkFormatException when a length leaves the buffer
   */
  static List<NetlinkMessage> parse(ByteBuffer received) {
    ByteBuffer in = received.slice().order(ByteOrder.nativeOrder());
    List<NetlinkMessage> found = new ArrayList<>(4);
    int at = 0;
    while (in.limit() - at >= NetlinkWriter.HEADER) {
      int length = in.getInt(at);
      if (length < NetlinkWriter.HEADER || length > in.limit() - at) {
        throw new NetlinkFormatException(
            "message of " + length + " bytes in " + (in.limit() - at) + " bytes");
      }
      found.add(one(in, at, length));
      // Not past the end: the last message may come without padding.
      at = Math.min(in.limit(), at + ((length + 3) & ~3));
    }
    if (at != in.limit()) {
      throw new NetlinkFormatException((in.limit() - at) + " bytes behind the last message");
    }
    return found;
  }

  private static NetlinkMessage one(ByteBuffer in, int at, int length) {
    byte[] payload = new byte[length - NetlinkWriter.HEADER];
    in.get(at + NetlinkWriter.HEADER, payload);
    return new NetlinkMessage(
        Short.toUnsignedInt(in.getShort(at + 4)),
        Short.toUnsignedInt(in.getShort(at + 6)),
        in.getInt(at + 8),
        ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder()));
  }
}
