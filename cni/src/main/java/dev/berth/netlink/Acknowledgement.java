package dev.berth.netlink;

import java.nio.ByteBuffer;

/**
 * The kernel's answer to one request: an errno, 0 for done, and its own words about it.
 *
 * @param errno 0 or the error number
 * @param text the extended acknowledgement's message; empty where the kernel gave none
 */
record Acknowledgement(int errno, String text) {
  private static final int MESSAGE = 1;
  private static final int MISSING_TYPE = 5;
  private static final int CODE = 4;

  /**
   * Reads an NLMSG_ERROR or NLMSG_DONE message.
   *
   * @throws NetlinkFormatException when it is shorter than its own lengths say
   */
  static Acknowledgement read(NetlinkMessage message) {
    ByteBuffer payload = message.payload();
    if (payload.remaining() < CODE) {
      throw new NetlinkFormatException("acknowledgement of " + payload.remaining() + " bytes");
    }
    int errno = -payload.getInt(0);
    if ((message.flags() & Nlm.ACK_ATTRIBUTES) == 0) {
      return new Acknowledgement(errno, "");
    }
    return new Acknowledgement(errno, words(message.attributes(beforeAttributes(message))));
  }

  /** The request's header follows the code, and unless capped the whole request does. */
  private static int beforeAttributes(NetlinkMessage message) {
    if (message.type() == Nlm.DONE) {
      return CODE;
    }
    int request = NetlinkWriter.HEADER;
    if ((message.flags() & Nlm.CAPPED) == 0 && message.payload().remaining() >= CODE + request) {
      int length = message.payload().getInt(CODE);
      if (length < request || length > message.payload().remaining()) {
        throw new NetlinkFormatException("acknowledged request of " + length + " bytes");
      }
      request = (length + 3) & ~3;
    }
    return CODE + request;
  }

  private static String words(Attributes attributes) {
    String text = attributes.text(MESSAGE);
    int missing = attributes.u32(MISSING_TYPE, -1);
    return text.isEmpty() && missing >= 0 ? "attribute " + missing + " is missing" : text;
  }
}
