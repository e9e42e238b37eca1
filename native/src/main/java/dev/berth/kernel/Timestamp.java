package dev.berth.kernel;

/**
 * A file time.
 *
 * @param seconds since 1970, may be negative
 * @param nanos 0 to 999,999,999, or one of the two special values of utimensat(2)
 */
public record Timestamp(long seconds, int nanos) {

  /** Set to the current time. */
  public static final Timestamp NOW = new Timestamp(0, 0x3fffffff);

  /** Leave as it is. */
  public static final Timestamp OMIT = new Timestamp(0, 0x3ffffffe);
}
