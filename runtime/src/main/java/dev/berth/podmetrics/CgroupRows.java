package dev.berth.podmetrics;

import dev.berth.cgroup.CgroupDetail;
import dev.berth.cgroup.CgroupUsage;
import dev.berth.cgroup.DeviceIo;
import dev.berth.cgroup.Pressure;
import org.jspecify.annotations.Nullable;

/** What a cgroup's figures say, for pods and containers alike. */
final class CgroupRows {
  private final BlockDevices devices;

  CgroupRows(BlockDevices devices) {
    this.devices = devices;
  }

  void add(Rows rows, CgroupUsage usage, CgroupDetail detail) {
    cpu(rows, usage, detail);
    memory(rows, usage, detail);
    io(rows, detail);
    tasks(rows, detail);
    pressure(rows, usage);
  }

  private static void cpu(Rows rows, CgroupUsage usage, CgroupDetail detail) {
    if (usage.cpuNanos() != null) {
      rows.addSeconds(Families.CPU_USAGE, usage.cpuNanos(), "total");
    }
    CgroupDetail.Cpu cpu = detail.cpu();
    if (cpu != null) {
      rows.addSeconds(Families.CPU_USER, cpu.userNanos());
      rows.addSeconds(Families.CPU_SYSTEM, cpu.systemNanos());
      rows.add(Families.CFS_PERIODS, cpu.periods());
      rows.add(Families.CFS_THROTTLED, cpu.throttledPeriods());
      rows.addSeconds(Families.CFS_THROTTLED_TIME, cpu.throttledNanos());
    }
  }

  private static void memory(Rows rows, CgroupUsage usage, CgroupDetail detail) {
    CgroupUsage.Memory now = usage.memory();
    if (now != null) {
      rows.add(Families.MEMORY_CACHE, now.cache());
      rows.add(Families.MEMORY_MAPPED, now.mappedFile());
      rows.add(Families.MEMORY_RSS, now.rss());
      rows.add(Families.MEMORY_SWAP, now.swap());
      rows.add(Families.MEMORY_USAGE, now.usage());
      rows.add(Families.MEMORY_WORKING_SET, now.workingSet());
      for (String scope : new String[] {"container", "hierarchy"}) {
        rows.add(Families.MEMORY_FAILURES, now.pageFaults(), "pgfault", scope);
        rows.add(Families.MEMORY_FAILURES, now.majorFaults(), "pgmajfault", scope);
      }
    }
    CgroupDetail.Memory events = detail.memory();
    if (events != null) {
      rows.add(Families.MEMORY_FAILCNT, events.failures());
      rows.add(Families.MEMORY_KERNEL, events.kernel());
      rows.add(Families.MEMORY_MAX, events.max());
      rows.add(Families.OOM_EVENTS, events.oomKills());
    }
  }

  private void io(Rows rows, CgroupDetail detail) {
    for (DeviceIo io : detail.io()) {
      String device = devices.name(io.major(), io.minor());
      String major = Integer.toString(io.major());
      String minor = Integer.toString(io.minor());
      rows.add(Families.BLKIO, io.readBytes(), device, major, minor, "Read");
      rows.add(Families.BLKIO, io.writeBytes(), device, major, minor, "Write");
      rows.add(Families.FS_READ_BYTES, io.readBytes(), device);
      rows.add(Families.FS_READS, io.reads(), device);
      rows.add(Families.FS_WRITE_BYTES, io.writeBytes(), device);
      rows.add(Families.FS_WRITES, io.writes(), device);
    }
  }

  private static void tasks(Rows rows, CgroupDetail detail) {
    rows.add(Families.PROCESSES, detail.processes().size());
    if (detail.threads() != null) {
      rows.add(Families.THREADS, detail.threads());
      rows.add(Families.THREADS_MAX, Math.max(0, detail.threadsMax()));
    }
    for (CgroupDetail.HugePages pages : detail.hugePages()) {
      rows.add(Families.HUGETLB_USAGE, pages.usage(), pages.size());
      rows.add(Families.HUGETLB_MAX, pages.max(), pages.size());
    }
  }

  private static void pressure(Rows rows, CgroupUsage usage) {
    stall(rows, usage.cpuPressure(), Families.PSI_CPU_WAITING, Families.PSI_CPU_STALLED);
    stall(rows, usage.memoryPressure(), Families.PSI_MEMORY_WAITING, Families.PSI_MEMORY_STALLED);
    stall(rows, usage.ioPressure(), Families.PSI_IO_WAITING, Families.PSI_IO_STALLED);
  }

  private static void stall(
      Rows rows, @Nullable Pressure pressure, Family waiting, Family stalled) {
    if (pressure != null) {
      rows.addSeconds(waiting, pressure.some().totalNanos());
      rows.addSeconds(stalled, pressure.full().totalNanos());
    }
  }
}
