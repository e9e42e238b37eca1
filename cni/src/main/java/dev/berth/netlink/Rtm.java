package dev.berth.netlink;

/** Message types of rtnetlink (linux/rtnetlink.h). */
public final class Rtm {
  public static final int NEW_LINK = 16;
  public static final int DELETE_LINK = 17;
  public static final int GET_LINK = 18;
  public static final int SET_LINK = 19;
  public static final int NEW_ADDRESS = 20;
  public static final int DELETE_ADDRESS = 21;
  public static final int GET_ADDRESS = 22;
  public static final int NEW_ROUTE = 24;
  public static final int DELETE_ROUTE = 25;
  public static final int GET_ROUTE = 26;
  public static final int NEW_QDISC = 36;
  public static final int NEW_FILTER = 44;

  /** Bytes of struct ifinfomsg, the fixed part of link messages. */
  public static final int LINK_FIXED = 16;

  /** Bytes of struct ifaddrmsg. */
  public static final int ADDRESS_FIXED = 8;

  /** Bytes of struct rtmsg. */
  public static final int ROUTE_FIXED = 12;

  private Rtm() {}
}
