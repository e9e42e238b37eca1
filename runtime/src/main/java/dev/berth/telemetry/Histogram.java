package dev.berth.telemetry;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts durations by size, for any number of writers. */
final class Histogram {
  /** Upper bounds of the buckets in seconds; the last bucket has none. */
  static final double[] BOUNDS = {
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60
  };

  private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
  private final LongAdder nanos = new LongAdder();

  void add(long took) {
    double seconds = took / 1e9;
    int bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
      bucket++;
    }
    buckets.incrementAndGet(bucket);
    nanos.add(took);
  }

  /** How many there were up to each bound, and last of all. */
  long[] cumulated() {
    long[] sums = new long[buckets.length()];
    long sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += buckets.get(i);
      sums[i] = sum;
    }
    return sums;
  }

  double seconds() {
    return nanos.sum() / 1e9;
  }
}
