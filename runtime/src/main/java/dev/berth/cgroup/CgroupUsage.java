package dev.berth.cgroup;

import org.jspecify.annotations.Nullable;

/**
 * What a cgroup with all below it uses: the figures that are asked for every few seconds.
 *
 * @param at when they were read, in nanoseconds since the epoch
 * @param cpuNanos processor time since the cgroup was made
 * @param cpuPressure null where the kernel does not account for pressure, like the two others
 */
public record CgroupUsage(
    long at,
    @Nullable Long cpuNanos,
    @Nullable Memory memory,
    @Nullable Pressure cpuPressure,
    @Nullable Pressure memoryPressure,
    @Nullable Pressure ioPressure) {

  /** A limit that is not set. */
  public static final long UNLIMITED = -1;

  /** Of a cgroup that is gone. */
  public static CgroupUsage none(long at) {
    return new CgroupUsage(at, null, null, null, null, null);
  }

  /** This and another cgroup's together; pressure cannot be added. */
  public CgroupUsage plus(CgroupUsage other) {
    return new CgroupUsage(
        Math.max(at, other.at),
        sum(cpuNanos, other.cpuNanos),
        memory == null ? other.memory : memory.plus(other.memory),
        null,
        null,
        null);
  }

  private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
    return one == null ? other : Long.valueOf(one + (other == null ? 0 : other));
  }

  /**
   * Memory, in bytes where nothing else is said.
   *
   * @param usage everything charged, page cache included
   * @param inactiveFile page cache that the kernel would give up first
   * @param rss anonymous memory
   * @param cache page cache, shared memory included
   * @param pageFaults a count, like {@code majorFaults}
   * @param limit {@link #UNLIMITED} without one
   * @param swapLimit most bytes in swap; {@link #UNLIMITED} without a limit
   */
  public record Memory(
      long usage,
      long inactiveFile,
      long rss,
      long cache,
      long mappedFile,
      long pageFaults,
      long majorFaults,
      long limit,
      long swap,
      long swapLimit) {

    private Memory plus(@Nullable Memory other) {
      return other == null
          ? this
          : new Memory(
              usage + other.usage,
              inactiveFile + other.inactiveFile,
              rss + other.rss,
              cache + other.cache,
              mappedFile + other.mappedFile,
              pageFaults + other.pageFaults,
              majorFaults + other.majorFaults,
              UNLIMITED,
              swap + other.swap,
              UNLIMITED);
    }

    /** What cannot be given up easily: the figure by which the kubelet evicts. */
    public long workingSet() {
      return Math.max(0, usage - inactiveFile);
    }

    /** What may still be used before the limit; {@link #UNLIMITED} without one. */
    public long available() {
      return limit == UNLIMITED ? UNLIMITED : Math.max(0, limit - workingSet());
    }
  }
}
