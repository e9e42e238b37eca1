package dev.berth.streaming.spdy;

/**
 * Bounds on what one peer may make us hold.
 *
 * @param controlFrameBytes longest control frame; data frames are passed on in pieces as they come
 * @param headerBytes names and values of one block, uncompressed
 * @param headers pairs of one block
 * @param streams open at a time
 */
public record Limits(int controlFrameBytes, int headerBytes, int headers, int streams) {
  /** Ten times what any known client needs. */
  public static final Limits DEFAULT = new Limits(16 << 10, 16 << 10, 64, 512);
}
