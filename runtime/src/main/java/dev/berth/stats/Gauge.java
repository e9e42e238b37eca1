package dev.berth.stats;

import dev.berth.cgroup.CgroupDetail;
import dev.berth.cgroup.CgroupMeter;
import dev.berth.cgroup.CgroupUsage;
import org.jspecify.annotations.Nullable;

/**
 * One cgroup's figures, read again when they are old.
 *
 * <p>Threads: guarded by {@link Gauges}.
 */
final class Gauge {
  private final CgroupMeter meter;
  private final long maxAgeNanos;
  private @Nullable CgroupUsage usage;
  private @Nullable CgroupDetail detail;
  private @Nullable Long nanoCores;
  private long usageAt;
  private long detailAt;

  Gauge(CgroupMeter meter, long maxAgeNanos) {
    this.meter = meter;
    this.maxAgeNanos = maxAgeNanos;
  }

  /**
   * What it uses.
   *
   * @param startedAt since when its processor time counts, in nanoseconds since the epoch: the
   *     first rate is the average since then; 0 for "unknown"
   */
  CgroupUsage usage(long startedAt) {
    long now = System.nanoTime();
    if (usage == null || now - usageAt > maxAgeNanos) {
      CgroupUsage next = meter.usage();
      nanoCores = rate(usage, next, now - usageAt, startedAt);
      usage = next;
      usageAt = now;
    }
    return usage;
  }

  private @Nullable Long rate(
      @Nullable CgroupUsage before, CgroupUsage next, long elapsed, long startedAt) {
    if (next.cpuNanos() == null) {
      return null;
    }
    if (before != null && before.cpuNanos() != null) {
      return perSecond(next.cpuNanos() - before.cpuNanos(), elapsed);
    }
    return startedAt == 0 ? null : perSecond(next.cpuNanos(), next.at() - startedAt);
  }

  private static @Nullable Long perSecond(long used, long elapsed) {
    return elapsed <= 0 ? null : Long.valueOf((long) (Math.max(0, used) * 1e9 / elapsed));
  }

  /** The average rate between the last two readings of {@link #usage}, in billionths of a core. */
  @Nullable Long nanoCores() {
    return nanoCores;
  }

  /** The figures for monitoring. */
  CgroupDetail detail() {
    long now = System.nanoTime();
    if (detail == null || now - detailAt > maxAgeNanos) {
      detail = meter.detail();
      detailAt = now;
    }
    return detail;
  }

  void close() {
    meter.close();
  }
}
