package dev.berth.kernel;

/**
 * A device number.
 *
 * @param major at most 32 bits, in practice 12
 * @param minor at most 32 bits, in practice 20
 */
public record Device(int major, int minor) {

  /** 0:0, which with a character node is an overlay whiteout. */
  public static final Device NONE = new Device(0, 0);

  /** The number as mknodat takes it (makedev(3)). */
  long encoded() {
    long ma = Integer.toUnsignedLong(major);
    long mi = Integer.toUnsignedLong(minor);
    return ((ma & 0xfffff000L) << 32)
        | ((ma & 0xfffL) << 8)
        | ((mi & 0xffffff00L) << 12)
        | (mi & 0xffL);
  }

  @Override
  public String toString() {
    return Integer.toUnsignedString(major) + ":" + Integer.toUnsignedString(minor);
  }
}
