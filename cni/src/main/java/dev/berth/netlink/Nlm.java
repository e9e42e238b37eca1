package dev.berth.netlink;

/** Flags and control message types of a netlink header (linux/netlink.h). */
public final class Nlm {
  public static final int REQUEST = 0x1;
  public static final int MULTI = 0x2;
  public static final int ACK = 0x4;
  public static final int DUMP_INTERRUPTED = 0x10;
  public static final int ROOT = 0x100;
  public static final int MATCH = 0x200;
  public static final int DUMP = ROOT | MATCH;
  public static final int REPLACE = 0x100;
  public static final int EXCLUSIVE = 0x200;
  public static final int CREATE = 0x400;
  public static final int APPEND = 0x800;

  /** In an acknowledgement: the request that it answers is left out. */
  public static final int CAPPED = 0x100;

  /** In an acknowledgement: attributes of the extended kind follow. */
  public static final int ACK_ATTRIBUTES = 0x200;

  static final int NOOP = 1;
  static final int ERROR = 2;
  static final int DONE = 3;
  static final int OVERRUN = 4;

  private Nlm() {}
}
