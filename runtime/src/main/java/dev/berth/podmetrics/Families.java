package dev.berth.podmetrics;

import java.util.List;

/** All metrics. */
final class Families {
  static final Family CPU_USAGE =
      Family.counter(
          "container_cpu_usage_seconds_total", "Processor time used, in seconds.", "cpu");

  static final Family CPU_USER =
      Family.counter(
          "container_cpu_user_seconds_total", "Processor time used in user mode, in seconds.");

  static final Family CPU_SYSTEM =
      Family.counter(
          "container_cpu_system_seconds_total", "Processor time used in the kernel, in seconds.");

  static final Family CFS_PERIODS =
      Family.counter(
          "container_cpu_cfs_periods_total", "Periods of the processor quota that have passed.");

  static final Family CFS_THROTTLED =
      Family.counter(
          "container_cpu_cfs_throttled_periods_total",
          "Periods in which the processor quota ran out.");

  static final Family CFS_THROTTLED_TIME =
      Family.counter(
          "container_cpu_cfs_throttled_seconds_total",
          "Time spent waiting for the next period of the processor quota, in seconds.");

  static final Family MEMORY_CACHE =
      Family.gauge("container_memory_cache", "Page cache, in bytes.");

  static final Family MEMORY_FAILCNT =
      Family.counter("container_memory_failcnt", "How often the memory limit was hit.");

  static final Family MEMORY_FAILURES =
      Family.counter(
          "container_memory_failures_total", "Page faults, by kind.", "failure_type", "scope");

  static final Family MEMORY_KERNEL =
      Family.gauge("container_memory_kernel_usage", "Memory of the kernel's own, in bytes.");

  static final Family MEMORY_MAPPED =
      Family.gauge("container_memory_mapped_file", "Mapped files in memory, in bytes.");

  static final Family MEMORY_MAX =
      Family.gauge("container_memory_max_usage_bytes", "Most memory ever used at once, in bytes.");

  static final Family MEMORY_RSS =
      Family.gauge("container_memory_rss", "Anonymous memory, in bytes.");

  static final Family MEMORY_SWAP =
      Family.gauge("container_memory_swap", "Memory in swap, in bytes.");

  static final Family MEMORY_USAGE =
      Family.gauge("container_memory_usage_bytes", "Memory used, page cache included, in bytes.");

  static final Family MEMORY_WORKING_SET =
      Family.gauge(
          "container_memory_working_set_bytes",
          "Memory used without the page cache that is given up first, in bytes.");

  static final Family RX_BYTES =
      Family.counter("container_network_receive_bytes_total", "Bytes received.", "interface");

  static final Family RX_ERRORS =
      Family.counter(
          "container_network_receive_errors_total", "Errors while receiving.", "interface");

  static final Family RX_DROPPED =
      Family.counter(
          "container_network_receive_packets_dropped_total",
          "Packets dropped while receiving.",
          "interface");

  static final Family RX_PACKETS =
      Family.counter("container_network_receive_packets_total", "Packets received.", "interface");

  static final Family TX_BYTES =
      Family.counter("container_network_transmit_bytes_total", "Bytes sent.", "interface");

  static final Family TX_ERRORS =
      Family.counter(
          "container_network_transmit_errors_total", "Errors while sending.", "interface");

  static final Family TX_DROPPED =
      Family.counter(
          "container_network_transmit_packets_dropped_total",
          "Packets dropped while sending.",
          "interface");

  static final Family TX_PACKETS =
      Family.counter("container_network_transmit_packets_total", "Packets sent.", "interface");

  static final Family BLKIO =
      Family.counter(
          "container_blkio_device_usage_total",
          "Bytes moved from and to block devices, by operation.",
          "device",
          "major",
          "minor",
          "operation");

  static final Family FS_READ_BYTES =
      Family.counter("container_fs_reads_bytes_total", "Bytes read from block devices.", "device");

  static final Family FS_READS =
      Family.counter("container_fs_reads_total", "Read operations on block devices.", "device");

  static final Family FS_WRITE_BYTES =
      Family.counter(
          "container_fs_writes_bytes_total", "Bytes written to block devices.", "device");

  static final Family FS_WRITES =
      Family.counter("container_fs_writes_total", "Write operations on block devices.", "device");

  static final Family FS_USAGE =
      Family.gauge("container_fs_usage_bytes", "Bytes that the writable layer takes.", "device");

  static final Family FS_LIMIT =
      Family.gauge(
          "container_fs_limit_bytes",
          "Bytes that the file system of the writable layer has.",
          "device");

  static final Family FS_INODES_FREE =
      Family.gauge(
          "container_fs_inodes_free",
          "Free inodes of the file system of the writable layer.",
          "device");

  static final Family FS_INODES_TOTAL =
      Family.gauge(
          "container_fs_inodes_total",
          "Inodes of the file system of the writable layer.",
          "device");

  static final Family FILE_DESCRIPTORS =
      Family.gauge("container_file_descriptors", "Open file descriptors of all processes.");

  static final Family SOCKETS = Family.gauge("container_sockets", "Open sockets of all processes.");

  static final Family PROCESSES = Family.gauge("container_processes", "Processes.");

  static final Family THREADS = Family.gauge("container_threads", "Threads.");

  static final Family THREADS_MAX =
      Family.gauge("container_threads_max", "Most threads that may exist; 0 without a limit.");

  static final Family ULIMITS =
      Family.gauge("container_ulimits_soft", "Soft limits of the first process.", "ulimit");

  static final Family OOM_EVENTS =
      Family.counter(
          "container_oom_events_total", "Processes that the kernel ended for want of memory.");

  static final Family HUGETLB_USAGE =
      Family.gauge("container_hugetlb_usage_bytes", "Huge pages used, in bytes.", "pagesize");

  static final Family HUGETLB_MAX =
      Family.gauge(
          "container_hugetlb_max_usage_bytes", "Most huge pages ever used, in bytes.", "pagesize");

  static final Family PSI_CPU_WAITING =
      Family.counter(
          "container_pressure_cpu_waiting_seconds_total",
          "Time in which at least one task waited for a processor, in seconds.");

  static final Family PSI_CPU_STALLED =
      Family.counter(
          "container_pressure_cpu_stalled_seconds_total",
          "Time in which all tasks waited for a processor, in seconds.");

  static final Family PSI_MEMORY_WAITING =
      Family.counter(
          "container_pressure_memory_waiting_seconds_total",
          "Time in which at least one task waited for memory, in seconds.");

  static final Family PSI_MEMORY_STALLED =
      Family.counter(
          "container_pressure_memory_stalled_seconds_total",
          "Time in which all tasks waited for memory, in seconds.");

  static final Family PSI_IO_WAITING =
      Family.counter(
          "container_pressure_io_waiting_seconds_total",
          "Time in which at least one task waited for a device, in seconds.");

  static final Family PSI_IO_STALLED =
      Family.counter(
          "container_pressure_io_stalled_seconds_total",
          "Time in which all tasks waited for a device, in seconds.");

  static final Family SPEC_CPU_PERIOD =
      Family.gauge("container_spec_cpu_period", "Period of the processor quota, in microseconds.");

  static final Family SPEC_CPU_QUOTA =
      Family.gauge("container_spec_cpu_quota", "Processor quota of a period, in microseconds.");

  static final Family SPEC_CPU_SHARES =
      Family.gauge("container_spec_cpu_shares", "Share of the processors.");

  static final Family SPEC_MEMORY_LIMIT =
      Family.gauge("container_spec_memory_limit_bytes", "Memory limit, in bytes; 0 without one.");

  static final Family SPEC_MEMORY_RESERVATION =
      Family.gauge(
          "container_spec_memory_reservation_limit_bytes",
          "Memory that is kept from being reclaimed, in bytes; 0 without any.");

  static final Family SPEC_MEMORY_SWAP =
      Family.gauge(
          "container_spec_memory_swap_limit_bytes",
          "Limit of memory and swap together, in bytes; 0 without one.");

  static final Family LAST_SEEN =
      Family.gauge("container_last_seen", "When it was last seen, in seconds since the epoch.");

  static final Family START_TIME =
      Family.gauge(
          "container_start_time_seconds", "When it was started, in seconds since the epoch.");

  /** All of them, in the order in which they are listed. */
  static final List<Family> ALL =
      List.of(
          CPU_USAGE,
          CPU_USER,
          CPU_SYSTEM,
          CFS_PERIODS,
          CFS_THROTTLED,
          CFS_THROTTLED_TIME,
          MEMORY_CACHE,
          MEMORY_FAILCNT,
          MEMORY_FAILURES,
          MEMORY_KERNEL,
          MEMORY_MAPPED,
          MEMORY_MAX,
          MEMORY_RSS,
          MEMORY_SWAP,
          MEMORY_USAGE,
          MEMORY_WORKING_SET,
          RX_BYTES,
          RX_ERRORS,
          RX_DROPPED,
          RX_PACKETS,
          TX_BYTES,
          TX_ERRORS,
          TX_DROPPED,
          TX_PACKETS,
          BLKIO,
          FS_READ_BYTES,
          FS_READS,
          FS_WRITE_BYTES,
          FS_WRITES,
          FS_USAGE,
          FS_LIMIT,
          FS_INODES_FREE,
          FS_INODES_TOTAL,
          FILE_DESCRIPTORS,
          SOCKETS,
          PROCESSES,
          THREADS,
          THREADS_MAX,
          ULIMITS,
          OOM_EVENTS,
          HUGETLB_USAGE,
          HUGETLB_MAX,
          PSI_CPU_WAITING,
          PSI_CPU_STALLED,
          PSI_MEMORY_WAITING,
          PSI_MEMORY_STALLED,
          PSI_IO_WAITING,
          PSI_IO_STALLED,
          SPEC_CPU_PERIOD,
          SPEC_CPU_QUOTA,
          SPEC_CPU_SHARES,
          SPEC_MEMORY_LIMIT,
          SPEC_MEMORY_RESERVATION,
          SPEC_MEMORY_SWAP,
          LAST_SEEN,
          START_TIME);

  private Families() {}
}
