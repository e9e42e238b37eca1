package dev.berth.cgroup;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rest of what a cgroup with all below it has done: figures for monitoring.
 *
 * @param threads null without the pids controller
 * @param threadsMax {@link CgroupUsage#UNLIMITED} without a limit
 * @param processes ids of the processes, those that this process can name
 */
public record CgroupDetail(
    @Nullable Cpu cpu,
    @Nullable Memory memory,
    List<DeviceIo> io,
    @Nullable Long threads,
    long threadsMax,
    Set<Integer> processes,
    List<HugePages> hugePages) {

  public CgroupDetail {
    io = List.copyOf(io);
    processes = Set.copyOf(processes);
    hugePages = List.copyOf(hugePages);
  }

  /**
   * Processor time by kind, and how often the quota ran out.
   *
   * @param periods periods of the quota that have passed; throttled ones are those in which it ran
   *     out
   */
  public record Cpu(
      long userNanos, long systemNanos, long periods, long throttledPeriods, long throttledNanos) {}

  /**
   * Memory events.
   *
   * @param max most bytes ever used at once
   * @param failures how often the limit was hit
   * @param oomKills processes ended by the kernel for want of memory
   * @param kernel bytes of the kernel's own for this cgroup
   */
  public record Memory(long max, long failures, long oomKills, long kernel) {}

  /**
   * Huge pages of one size.
   *
   * @param size as the kernel names it, e.g. {@code 2MB}
   * @param usage bytes
   * @param max most bytes ever used, or {@code usage} where the kernel does not keep that
   */
  public record HugePages(String size, long usage, long max) {}
}
