package dev.berth.netlink;

/** Attribute types and values of address messages (linux/if_addr.h). */
public final class AddressAttribute {
  public static final int ADDRESS = 1;
  public static final int LOCAL = 2;
  public static final int FLAGS = 8;

  /** In FLAGS: IPv6 does not ask whether somebody else has it. */
  public static final int NO_DUPLICATE_DETECTION = 0x02;

  private AddressAttribute() {}
}
