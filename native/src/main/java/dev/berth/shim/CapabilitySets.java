package dev.berth.shim;

/**
 * Capability sets as bit masks (capabilities(7); bit n is capability n). The inheritable set is the
 * ambient one: the kernel demands it for ambient, and otherwise it stays empty.
 */
public record CapabilitySets(long bounding, long effective, long permitted, long ambient) {
  /** No capability at all. */
  public static final CapabilitySets NONE = new CapabilitySets(0, 0, 0, 0);

  public CapabilitySets {
    if ((effective & ~permitted) != 0 || (ambient & ~permitted) != 0) {
      throw new IllegalArgumentException("effective and ambient must be within permitted");
    }
  }

  /** The same capabilities as bounding, effective and permitted; ambient stays empty. */
  public static CapabilitySets of(long mask) {
    return new CapabilitySets(mask, mask, mask, 0);
  }
}
