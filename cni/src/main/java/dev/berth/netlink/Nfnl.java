package dev.berth.netlink;

/** Numbers of nfnetlink and nf_tables (linux/netfilter/nfnetlink.h, nf_tables.h). */
public final class Nfnl {
  public static final int BATCH_BEGIN = 0x10;
  public static final int BATCH_END = 0x11;
  public static final int SUBSYSTEM_NFTABLES = 10;

  public static final int NEW_TABLE = 0xa00;
  public static final int GET_TABLE = 0xa01;
  public static final int DELETE_TABLE = 0xa02;
  public static final int NEW_CHAIN = 0xa03;
  public static final int NEW_RULE = 0xa06;
  public static final int NEW_SET = 0xa09;
  public static final int NEW_ELEMENT = 0xa0c;
  public static final int GET_ELEMENT = 0xa0d;
  public static final int DELETE_ELEMENT = 0xa0e;

  /** Family of tables that see IPv4 and IPv6. */
  public static final int FAMILY_INET = 1;

  public static final int FAMILY_IPV4 = 2;
  public static final int FAMILY_IPV6 = 10;

  /** Bytes of struct nfgenmsg, the fixed part of every message. */
  public static final int FIXED = 4;

  private Nfnl() {}
}
