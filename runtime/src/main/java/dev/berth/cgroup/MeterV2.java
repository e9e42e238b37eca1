package dev.berth.cgroup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Version 2 files. */
final class MeterV2 implements CgroupMeter {
  private final StatFiles files;
  private final MeterParts parts;

  MeterV2(StatFiles files, MeterParts parts) {
    this.files = files;
    this.parts = parts;
  }

  @Override
  public CgroupUsage usage() {
    StatText cpu = files.ofUnified("cpu.stat");
    return new CgroupUsage(
        parts.now(),
        cpu == null ? null : Long.valueOf(cpu.field("usage_usec", 0) * 1000),
        memory(),
        files.pressure("cpu.pressure"),
        files.pressure("memory.pressure"),
        files.pressure("io.pressure"));
  }

  private CgroupUsage.@Nullable Memory memory() {
    long usage = files.number("memory.current", -1);
    if (usage < 0) {
      return null;
    }
    long limit = files.number("memory.max", CgroupUsage.UNLIMITED);
    long swap = files.number("memory.swap.current", 0);
    long swapLimit = files.number("memory.swap.max", CgroupUsage.UNLIMITED);
    StatText stat = files.ofUnified("memory.stat");
    if (stat == null) {
      return null;
    }
    return new CgroupUsage.Memory(
        usage,
        stat.field("inactive_file", 0),
        stat.field("anon", 0),
        stat.field("file", 0),
        stat.field("file_mapped", 0),
        stat.field("pgfault", 0),
        stat.field("pgmajfault", 0),
        limit,
        swap,
        swapLimit);
  }

  @Override
  public CgroupDetail detail() {
    StatText io = files.ofUnified("io.stat");
    List<DeviceIo> devices = io == null ? List.of() : io.io();
    long threads = files.number("pids.current", -1);
    return new CgroupDetail(
        cpu(),
        memoryEvents(),
        devices,
        threads < 0 ? null : Long.valueOf(threads),
        files.number("pids.max", CgroupUsage.UNLIMITED),
        parts.processes(files, "pids"),
        parts.hugePages(files));
  }

  private CgroupDetail.@Nullable Cpu cpu() {
    StatText stat = files.ofUnified("cpu.stat");
    return stat == null
        ? null
        : new CgroupDetail.Cpu(
            stat.field("user_usec", 0) * 1000,
            stat.field("system_usec", 0) * 1000,
            stat.field("nr_periods", 0),
            stat.field("nr_throttled", 0),
            stat.field("throttled_usec", 0) * 1000);
  }

  private CgroupDetail.@Nullable Memory memoryEvents() {
    long now = files.number("memory.current", -1);
    if (now < 0) {
      return null;
    }
    long peak = files.number("memory.peak", now); // since Linux 5.19
    StatText stat = files.ofUnified("memory.stat");
    long kernel = stat == null ? 0 : stat.field("kernel", 0);
    StatText events = files.ofUnified("memory.events");
    return new CgroupDetail.Memory(
        peak,
        events == null ? 0 : events.field("max", 0),
        events == null ? 0 : events.field("oom_kill", 0),
        kernel);
  }

  @Override
  public void close() {
    files.close();
  }
}
