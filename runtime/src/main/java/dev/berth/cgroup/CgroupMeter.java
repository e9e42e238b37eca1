package dev.berth.cgroup;

/**
 * Reads what one cgroup uses. A figure that the kernel does not keep, or refuses, is absent:
 * nothing here fails, so that one bad cgroup does not spoil the list of all.
 *
 * <p>Threads: meters of one {@link Meters} are used by one thread at a time.
 */
public sealed interface CgroupMeter extends AutoCloseable permits MeterV1, MeterV2 {

  /** The figures that are asked for every few seconds. */
  CgroupUsage usage();

  /** The rest. */
  CgroupDetail detail();

  /** Closes the files that it keeps open. */
  @Override
  void close();
}
