package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.spec.oci.OciResources;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What limits are in files of version 2 (the kernel's cgroup-v2 document). */
final class LimitsV2 {

  /** What a new cgroup has in cpu.max. */
  static final String UNLIMITED_CPU = "max 100000";

  private static final String MAX = "max";

  private final String field;
  private final List<LimitWrite> writes = new ArrayList<>();

  private LimitsV2(String field) {
    this.field = field;
  }

  /**
   * The values to write. Files that the request names itself come last, so that they win.
   *
   * @param field path of the resources in the request
   * @param cpuMax what cpu.max holds now, for a request that changes only half of it
   * @throws Fault.InvalidArgument the limits of memory and of memory with swap contradict
   */
  static List<LimitWrite> of(String field, OciResources resources, String cpuMax) {
    var limits = new LimitsV2(field);
    OciResources.Cpu cpu = resources.cpu();
    if (cpu != null) {
      limits.cpu(cpu, cpuMax);
    }
    OciResources.Memory memory = resources.memory();
    if (memory != null) {
      limits.memory(memory.limit(), memory.swap());
    }
    OciResources.Pids pids = resources.pids();
    if (pids != null) {
      String value = orMax(pids.limit());
      limits.add("pids.max", value, "unified[pids.max]", value);
    }
    resources.hugepageLimits().forEach(h -> limits.writes.addAll(hugepages(field, h, MAX)));
    resources.unified().forEach((key, v) -> limits.add(key, v, "unified[" + key + "]", v));
    return limits.writes;
  }

  private void cpu(OciResources.Cpu cpu, String cpuMax) {
    Long shares = cpu.shares();
    if (shares != null) {
      add("cpu.weight", Long.toString(CpuWeight.ofShares(shares)), "cpu_shares", shares);
    }
    bandwidth(cpu.quota(), cpu.period(), cpuMax);
    if (cpu.cpus() != null) {
      add("cpuset.cpus", cpu.cpus(), "cpuset_cpus", cpu.cpus());
    }
    if (cpu.mems() != null) {
      add("cpuset.mems", cpu.mems(), "cpuset_mems", cpu.mems());
    }
  }

  private void bandwidth(@Nullable Long quota, @Nullable Long period, String now) {
    if (quota == null && period == null) {
      return;
    }
    String oldQuota = now.substring(0, now.indexOf(' '));
    String oldPeriod = now.substring(now.indexOf(' ') + 1);
    String value =
        (quota == null ? oldQuota : orMax(quota)) + " " + (period == null ? oldPeriod : period);
    if (quota != null) {
      String asked = period == null ? quota.toString() : quota + " of " + period;
      add("cpu.max", value, "cpu_quota", asked);
    } else {
      add("cpu.max", value, "cpu_period", value);
    }
  }

  private void memory(@Nullable Long limit, @Nullable Long swap) {
    if (limit != null) {
      add("memory.max", orMax(limit), "memory_limit_in_bytes", limit);
    }
    if (swap != null) {
      String value = swapAlone(limit, swap);
      writes.add(
          LimitWrite.of("memory.swap.max", value, field + ".memory_swap_limit_in_bytes", swap)
              .ifThere());
    }
  }

  /** Version 1 and the request count memory and swap together, version 2 swap alone. */
  private String swapAlone(@Nullable Long limit, long swap) {
    if (swap < 0) {
      return MAX;
    }
    if (limit == null || limit < 0 || swap < limit) {
      throw Fault.InvalidArgument.of(
          field + ".memory_swap_limit_in_bytes",
          swap,
          "counts memory and swap together, so it needs a memory limit that is not above it");
    }
    return Long.toString(swap - limit);
  }

  /**
   * Huge pages, in use and reserved. A limit of 0 is passed over where they cannot be limited: the
   * kubelet sends it for every page size, and it takes nothing from anybody.
   */
  static List<LimitWrite> hugepages(String field, OciResources.HugepageLimit limit, String suffix) {
    String size = limit.pageSize();
    String value = Long.toUnsignedString(limit.limit());
    String asked = size + "=" + value;
    String name = field + ".hugepage_limits";
    LimitWrite used = LimitWrite.of("hugetlb." + size + "." + suffix, value, name, asked);
    LimitWrite reserved = LimitWrite.of("hugetlb." + size + ".rsvd." + suffix, value, name, asked);
    return List.of(limit.limit() == 0 ? used.ifThere() : used, reserved.ifThere());
  }

  private void add(String file, String value, String name, Object asked) {
    writes.add(LimitWrite.of(file, value, field + "." + name, asked));
  }

  static String orMax(long value) {
    return value < 0 ? MAX : Long.toString(value);
  }
}
