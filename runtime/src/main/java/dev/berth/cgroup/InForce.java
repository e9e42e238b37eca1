package dev.berth.cgroup;

import dev.berth.kernel.ErrnoException;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.Cpu;
import dev.berth.spec.oci.OciResources.DeviceRule;
import dev.berth.spec.oci.OciResources.HugepageLimit;
import dev.berth.spec.oci.OciResources.Memory;
import dev.berth.spec.oci.OciResources.Pids;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the limits that the kernel has in force. */
final class InForce {

  private static final long UNLIMITED = -1;

  /** Version 1 shows no limit as the largest number of whole pages. */
  private static final long V1_UNLIMITED = Long.MAX_VALUE - 0xffff;

  private final CgroupFiles files;
  private final Directories cgroup;

  InForce(CgroupFiles files, Directories cgroup) {
    this.files = files;
    this.cgroup = cgroup;
  }

  /** Everything there is. */
  OciResources read() throws ErrnoException {
    return new OciResources(
        devices(), memory(), cpu(), pids(), hugepages(), Collections.emptySortedMap());
  }

  private @Nullable Memory memory() throws ErrnoException {
    if (!cgroup.onUnified("memory")) {
      Long limit = number("memory.limit_in_bytes");
      return limit == null ? null : new Memory(limit, number("memory.memsw.limit_in_bytes"));
    }
    Long limit = number("memory.max");
    Long swap = number("memory.swap.max");
    if (swap != null && swap != UNLIMITED && limit != null) {
      swap = limit == UNLIMITED ? Long.valueOf(UNLIMITED) : Long.valueOf(limit + swap);
    }
    return limit == null ? null : new Memory(limit, swap);
  }

  private @Nullable Cpu cpu() throws ErrnoException {
    String cpus = text("cpuset.cpus").orElse(null);
    String mems = text("cpuset.mems").orElse(null);
    if (!cgroup.onUnified("cpu")) {
      return new Cpu(
          number("cpu.shares"),
          number("cpu.cfs_quota_us"),
          number("cpu.cfs_period_us"),
          cpus,
          mems);
    }
    Long weight = number("cpu.weight");
    String[] max = text("cpu.max").orElse("").split(" ", -1);
    boolean limits = max.length == 2;
    return new Cpu(
        weight == null ? null : Long.valueOf(CpuWeight.toShares(weight)),
        limits ? Long.valueOf(parse(max[0])) : null,
        limits ? Long.valueOf(max[1]) : null,
        cpus,
        mems);
  }

  private @Nullable Pids pids() throws ErrnoException {
    Long limit = number("pids.max");
    return limit == null ? null : new Pids(limit);
  }

  private List<HugepageLimit> hugepages() throws ErrnoException {
    Optional<String> dir = cgroup.of("hugetlb");
    if (dir.isEmpty()) {
      return List.of();
    }
    String suffix = cgroup.onUnified("hugetlb") ? ".max" : ".limit_in_bytes";
    var limits = new ArrayList<HugepageLimit>();
    for (String file : files.names(dir.get())) {
      if (file.matches("hugetlb\\.[0-9]+[KMG]B" + suffix.replace(".", "\\."))) {
        String size = file.substring("hugetlb.".length(), file.length() - suffix.length());
        Long limit = number(file);
        if (limit != null) {
          limits.add(new HugepageLimit(size, limit));
        }
      }
    }
    return limits;
  }

  private List<DeviceRule> devices() throws ErrnoException {
    return text("devices.list").orElse("").lines().map(DeviceRules::parse).toList();
  }

  private @Nullable Long number(String file) throws ErrnoException {
    Optional<String> text = text(file);
    return text.isEmpty() ? null : Long.valueOf(parse(text.get()));
  }

  /** A controller's file, empty when the controller is not there or has no such file. */
  private Optional<String> text(String file) throws ErrnoException {
    Optional<String> dir = cgroup.of(file.substring(0, file.indexOf('.')));
    return dir.isEmpty() ? Optional.empty() : files.readIfPresent(dir.get(), file);
  }

  private static long parse(String value) {
    if (value.equals("max")) {
      return UNLIMITED;
    }
    long number = Long.parseLong(value);
    return number >= V1_UNLIMITED ? UNLIMITED : number;
  }
}
