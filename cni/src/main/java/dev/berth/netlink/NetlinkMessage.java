package dev.berth.netlink;

import java.nio.ByteBuffer;

/**
 * One message that was read.
 *
 * @param type message type
 * @param flags {@link Nlm} flags
 * @param sequence number of the request that it answers
 * @param payload what follows the header, in the machine's byte order, position 0
 */
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {

  /**
   * The attributes behind a fixed part.
   *
   * @param fixedPart bytes to skip
   * @throws NetlinkFormatException when the payload is shorter or its attributes are malformed
   */
  public Attributes attributes(int fixedPart) {
    if (payload.remaining() < fixedPart) {
      throw new NetlinkFormatException(
          "message of type "
              + type
              + " has "
              + payload.remaining()
              + " of "
              + fixedPart
              + " bytes");
    }
    return Attributes.parse(
        payload.slice(fixedPart, payload.remaining() - fixedPart).order(payload.order()));
  }
}
