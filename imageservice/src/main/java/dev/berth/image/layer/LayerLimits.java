package dev.berth.image.layer;

/**
 * Bounds on what one layer may unpack to.
 *
 * @param maxBytes bytes of the uncompressed tar
 * @param maxEntries members of the tar
 */
public record LayerLimits(long maxBytes, long maxEntries) {

  /** Far beyond any image in use, and an end to a bomb. */
  public static final LayerLimits DEFAULT = new LayerLimits(64L << 30, 4_000_000);
}
