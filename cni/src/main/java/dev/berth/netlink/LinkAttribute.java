package dev.berth.netlink;

/** Attribute types of link messages (linux/if_link.h, linux/veth.h, linux/if.h). */
public final class LinkAttribute {
  public static final int ADDRESS = 1;
  public static final int NAME = 3;
  public static final int MTU = 4;
  public static final int MASTER = 10;
  public static final int LINK_INFO = 18;
  public static final int GROUP = 27;
  public static final int NETNS_FD = 28;
  public static final int EXTENDED_MASK = 29;

  /** In LINK_INFO. */
  public static final int KIND = 1;

  /** In LINK_INFO. */
  public static final int DATA = 2;

  /** In LINK_INFO: the kind of the link's master. */
  public static final int MASTER_KIND = 4;

  /** In LINK_INFO: what the master keeps of the link. */
  public static final int MASTER_DATA = 5;

  /** In the MASTER_DATA of a bridge: frames may go back to where they came from. */
  public static final int BRIDGE_HAIRPIN = 4;

  /** In the DATA of a veth: a struct ifinfomsg and attributes of the other end. */
  public static final int VETH_PEER = 1;

  /** In EXTENDED_MASK: leave the statistics out. */
  public static final int SKIP_STATISTICS = 8;

  /** In the flags of a link. */
  public static final int UP = 1;

  private LinkAttribute() {}
}
