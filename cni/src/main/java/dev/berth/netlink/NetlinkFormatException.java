package dev.berth.netlink;

/** Bytes that were read are not netlink: a length leaves its buffer, or a fixed part is short. */
public final class NetlinkFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NetlinkFormatException(String message) {
    super(message);
  }
}
