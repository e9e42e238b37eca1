package dev.berth.netlink;

/** Attribute types and values of route messages (linux/rtnetlink.h). */
public final class RouteAttribute {
  public static final int DESTINATION = 1;
  public static final int OUTGOING_LINK = 4;
  public static final int GATEWAY = 5;
  public static final int TABLE = 15;

  /** In the fixed part: the table that routes go to unless told otherwise. */
  public static final int MAIN_TABLE = 254;

  /** In the fixed part: the table of the host's own addresses. */
  public static final int LOCAL_TABLE = 255;

  /** In the fixed part: made by an administrator or his programs. */
  public static final int PROTOCOL_STATIC = 4;

  /** In the fixed part: leads to a gateway or a link. */
  public static final int UNICAST = 1;

  /** In the fixed part: an address of the host. */
  public static final int LOCAL = 2;

  private RouteAttribute() {}
}
