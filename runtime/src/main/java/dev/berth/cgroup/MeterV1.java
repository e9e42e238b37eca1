package dev.berth.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Version 1 files; pressure is only in a unified tree beside them. */
final class MeterV1 implements CgroupMeter {
  /** Version 1 shows no limit as the largest number of whole pages. */
  private static final long LEAST_UNLIMITED = Long.MAX_VALUE - 0xffff;

  private final StatFiles files;
  private final MeterParts parts;

  MeterV1(StatFiles files, MeterParts parts) {
    this.files = files;
    this.parts = parts;
  }

  @Override
  public CgroupUsage usage() {
    StatText cpu = files.ofController("cpuacct.usage");
    return new CgroupUsage(
        parts.now(),
        cpu == null ? null : Long.valueOf(cpu.number(0)),
        memory(),
        files.pressure("cpu.pressure"),
        files.pressure("memory.pressure"),
        files.pressure("io.pressure"));
  }

  private CgroupUsage.@Nullable Memory memory() {
    long usage = files.number("memory.usage_in_bytes", -1);
    StatText stat = files.ofController("memory.stat");
    if (usage < 0 || stat == null) {
      return null;
    }
    long limit = limit(stat.field("hierarchical_memory_limit", Long.MAX_VALUE));
    long both = limit(stat.field("hierarchical_memsw_limit", Long.MAX_VALUE));
    return new CgroupUsage.Memory(
        usage,
        stat.field("total_inactive_file", 0),
        stat.field("total_rss", 0),
        stat.field("total_cache", 0),
        stat.field("total_mapped_file", 0),
        stat.field("total_pgfault", 0),
        stat.field("total_pgmajfault", 0),
        limit,
        stat.field("total_swap", 0),
        both < 0 || limit < 0 ? CgroupUsage.UNLIMITED : Math.max(0, both - limit));
  }

  private static long limit(long value) {
    return value >= LEAST_UNLIMITED ? CgroupUsage.UNLIMITED : value;
  }

  @Override
  public CgroupDetail detail() {
    long threads = files.number("pids.current", -1);
    return new CgroupDetail(
        cpu(),
        memoryEvents(),
        io(),
        threads < 0 ? null : Long.valueOf(threads),
        files.number("pids.max", CgroupUsage.UNLIMITED),
        parts.processes(files, "pids"),
        parts.hugePages(files));
  }

  private CgroupDetail.@Nullable Cpu cpu() {
    long user = files.number("cpuacct.usage_user", -1);
    if (user < 0) {
      return null;
    }
    long system = files.number("cpuacct.usage_sys", 0);
    StatText stat = files.ofController("cpu.stat");
    return stat == null
        ? new CgroupDetail.Cpu(user, system, 0, 0, 0)
        : new CgroupDetail.Cpu(
            user,
            system,
            stat.field("nr_periods", 0),
            stat.field("nr_throttled", 0),
            stat.field("throttled_time", 0));
  }

  private CgroupDetail.@Nullable Memory memoryEvents() {
    long max = files.number("memory.max_usage_in_bytes", -1);
    if (max < 0) {
      return null;
    }
    long failures = files.number("memory.failcnt", 0);
    long kernel = files.number("memory.kmem.usage_in_bytes", 0);
    StatText oom = files.ofController("memory.oom_control");
    return new CgroupDetail.Memory(
        max, failures, oom == null ? 0 : oom.field("oom_kill", 0), kernel);
  }

  private List<DeviceIo> io() {
    Map<String, long[]> bytes = both("blkio.throttle.io_service_bytes_recursive");
    Map<String, long[]> operations = both("blkio.throttle.io_serviced_recursive");
    var devices = new ArrayList<DeviceIo>();
    bytes.forEach(
        (device, moved) -> {
          int[] numbers = StatText.device(device);
          long[] done = operations.getOrDefault(device, new long[2]);
          devices.add(new DeviceIo(numbers[0], numbers[1], moved[0], moved[1], done[0], done[1]));
        });
    return devices;
  }

  private Map<String, long[]> both(String file) {
    StatText text = files.ofController(file);
    return text == null ? new TreeMap<>() : text.readsAndWrites();
  }

  @Override
  public void close() {
    files.close();
  }
}
