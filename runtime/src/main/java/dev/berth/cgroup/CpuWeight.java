package dev.berth.cgroup;

/**
 * Version 2 weights for version 1 shares.
 *
 * <p>Shares run from 2 to 262144 with 1024 as the usual value, weights from 1 to 10000 with 100 as
 * the usual value. A straight line would give a container with the usual shares a weight of 39,
 * less than what has no limit at all, so the logarithms are matched by the parabola through the
 * three points (Kubernetes issue 131216; other runtimes and the kubelet do the same since 2025).
 */
final class CpuWeight {

  static final long MIN_SHARES = 2;
  static final long MAX_SHARES = 262_144;

  /** Less than any real distance to the next whole weight, more than the rounding of logarithms. */
  private static final double ROUNDING = 1e-9;

  private CpuWeight() {}

  /** The weight for shares, which are first brought into their range as version 1 does. */
  static long ofShares(long shares) {
    long bounded = Math.clamp(shares, MIN_SHARES, MAX_SHARES);
    double log = Math.log((double) bounded) / Math.log(2);
    double exponent = (log * log + 125 * log) / 612.0 - 7.0 / 34.0;
    return (long) Math.ceil(Math.pow(10, exponent) - ROUNDING);
  }

  /** The smallest shares that give at least a weight. */
  static long toShares(long weight) {
    long low = MIN_SHARES;
    long high = MAX_SHARES;
    while (low < high) {
      long middle = (low + high) / 2;
      if (ofShares(middle) >= weight) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
