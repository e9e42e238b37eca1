package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.spec.oci.OciResources;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What limits are in files of version 1 (cgroups(7); the kernel's cgroup-v1 documents). */
final class LimitsV1 {

  private final String field;
  private final boolean hugetlbUnified;
  private final List<LimitWrite> writes = new ArrayList<>();

  private LimitsV1(String field, boolean hugetlbUnified) {
    this.field = field;
    this.hugetlbUnified = hugetlbUnified;
  }

  /**
   * The values to write; device rules are not among them.
   *
   * @param field path of the resources in the request
   * @param layout what is mounted
   * @throws Fault.InvalidArgument a file of version 2 is asked for
   */
  static List<LimitWrite> of(String field, OciResources resources, CgroupLayout layout) {
    boolean hugetlbUnified =
        layout.root("hugetlb").isEmpty() && layout.kind() == CgroupLayout.Kind.HYBRID;
    var limits = new LimitsV1(field, hugetlbUnified);
    limits.cpu(resources.cpu());
    limits.memory(resources.memory());
    limits.pids(resources.pids());
    resources.hugepageLimits().forEach(limits::hugepages);
    resources.unified().forEach(limits::unified);
    return limits.writes;
  }

  private void cpu(OciResources.@Nullable Cpu cpu) {
    if (cpu == null) {
      return;
    }
    add("cpu.shares", cpu.shares(), "cpu_shares");
    add("cpu.cfs_period_us", cpu.period(), "cpu_period");
    add("cpu.cfs_quota_us", cpu.quota(), "cpu_quota");
    add("cpuset.cpus", cpu.cpus(), "cpuset_cpus");
    add("cpuset.mems", cpu.mems(), "cpuset_mems");
  }

  private void memory(OciResources.@Nullable Memory memory) {
    if (memory == null) {
      return;
    }
    add("memory.limit_in_bytes", memory.limit(), "memory_limit_in_bytes");
    Long swap = memory.swap();
    if (swap != null) {
      writes.add(
          write("memory.memsw.limit_in_bytes", number(swap), "memory_swap_limit_in_bytes", swap)
              .ifThere());
    }
  }

  private void pids(OciResources.@Nullable Pids pids) {
    if (pids != null) {
      String value = LimitsV2.orMax(pids.limit());
      writes.add(write("pids.max", value, "unified[pids.max]", value));
    }
  }

  private void hugepages(OciResources.HugepageLimit limit) {
    writes.addAll(
        hugetlbUnified
            ? LimitsV2.hugepages(field, limit, "max")
            : LimitsV2.hugepages(field, limit, "limit_in_bytes"));
  }

  private void unified(String key, String value) {
    if (hugetlbUnified && key.startsWith("hugetlb.")) {
      writes.add(write(key, value, "unified[" + key + "]", value));
      return;
    }
    throw Fault.InvalidArgument.of(
        field + ".unified[" + key + "]",
        value,
        "is a file of cgroup version 2, but this machine has its controllers on version 1");
  }

  private void add(String file, @Nullable Object value, String name) {
    if (value != null) {
      String text = value instanceof Long number ? number(number) : value.toString();
      writes.add(write(file, text, name, value));
    }
  }

  private LimitWrite write(String file, String value, String name, Object asked) {
    return LimitWrite.of(file, value, field + "." + name, asked);
  }

  /** Every number below zero is "unlimited", which version 1 writes as -1. */
  private static String number(long value) {
    return value < 0 ? "-1" : Long.toString(value);
  }
}
