package dev.berth.spec;

import dev.berth.cri.v1.HugepageLimit;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.DeviceRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a request. Zero and empty mean "not given" throughout, as the CRI has it. The
 * unified map reaches the files of a cgroup by name, so its keys are an allow-list (CVE-2023-6476).
 */
public final class Limits {
  private static final Pattern CPU_LIST = Pattern.compile("\\d+(-\\d+)?(,\\d+(-\\d+)?)*");
  private static final Pattern PAGE_SIZE = Pattern.compile("[1-9]\\d*(KB|MB|GB)");
  private static final Pattern UNIFIED_KEY =
      Pattern.compile(
          "memory\\.(oom\\.group|min|low|high|max|swap\\.(max|high))"
              + "|cpu\\.(max|max\\.burst|weight|weight\\.nice|idle|uclamp\\.(min|max))"
              + "|cpuset\\.(cpus|mems)"
              + "|io\\.(max|weight|latency|cost\\.(qos|model)|bfq\\.weight|prio\\.class)"
              + "|pids\\.max"
              + "|hugetlb\\.[1-9]\\d*(KB|MB|GB)\\.(rsvd\\.)?max");
  private static final Pattern UNIFIED_VALUE = Pattern.compile("[A-Za-z0-9 .:=+-]{1,256}");
  private static final String PIDS = "pids.max";

  private final String field;
  private final LinuxContainerResources given;

  private Limits(String field, LinuxContainerResources given) {
    this.field = field;
    this.given = given;
  }

  /**
   * Checks and translates.
   *
   * @param field path of the resources, for refusals
   * @throws dev.berth.fault.Fault.InvalidArgument a limit makes no sense
   */
  public static OciResources of(
      String field, LinuxContainerResources given, List<DeviceRule> devices) {
    return new Limits(field, given).translate(devices);
  }

  /** The value for the kernel's choice of a victim, raised to what the daemon may set. */
  public static int oomScoreAdj(String field, LinuxContainerResources given, int floor) {
    long asked = given.getOomScoreAdj();
    if (asked < -1000 || asked > 1000) {
      throw Refusal.of(field + ".oom_score_adj", asked, "lies between -1000 and 1000");
    }
    return Math.max(floor, (int) asked);
  }

  /**
   * Limits after a change: every field that the change sets, else as it was. Sizes of huge pages
   * and files of the unified map count one by one.
   */
  public static LinuxContainerResources merged(
      LinuxContainerResources before, LinuxContainerResources change) {
    // proto3: an unset field is zero or empty, and merging leaves those alone
    LinuxContainerResources.Builder out = before.toBuilder().mergeFrom(change);
    Map<String, HugepageLimit> pages = new LinkedHashMap<>();
    before.getHugepageLimitsList().forEach(l -> pages.put(l.getPageSize(), l));
    change.getHugepageLimitsList().forEach(l -> pages.put(l.getPageSize(), l));
    return out.clearHugepageLimits().addAllHugepageLimits(pages.values()).build();
  }

  private OciResources translate(List<DeviceRule> devices) {
    SortedMap<String, String> unified = unified();
    String pids = unified.remove(PIDS);
    return new OciResources(
        devices, memory(), cpu(), pids == null ? null : pids(pids), hugepages(), unified);
  }

  private OciResources.@Nullable Memory memory() {
    Long limit = positive("memory_limit_in_bytes", given.getMemoryLimitInBytes());
    Long swap = orUnlimited("memory_swap_limit_in_bytes", given.getMemorySwapLimitInBytes());
    if (limit != null && swap != null && swap > 0 && swap < limit) {
      throw refuse("memory_swap_limit_in_bytes", swap, "is less than the memory limit " + limit);
    }
    return limit == null && swap == null ? null : new OciResources.Memory(limit, swap);
  }

  private OciResources.@Nullable Cpu cpu() {
    Long shares = positive("cpu_shares", given.getCpuShares());
    Long quota = orUnlimited("cpu_quota", given.getCpuQuota());
    Long period = positive("cpu_period", given.getCpuPeriod());
    String cpus = cpuList("cpuset_cpus", given.getCpusetCpus());
    String mems = cpuList("cpuset_mems", given.getCpusetMems());
    boolean none =
        shares == null && quota == null && period == null && cpus == null && mems == null;
    return none ? null : new OciResources.Cpu(shares, quota, period, cpus, mems);
  }

  private List<OciResources.HugepageLimit> hugepages() {
    var limits = new ArrayList<OciResources.HugepageLimit>();
    Set<String> sizes = new HashSet<>();
    for (HugepageLimit limit : given.getHugepageLimitsList()) {
      String size = limit.getPageSize();
      if (!PAGE_SIZE.matcher(size).matches() || !sizes.add(size)) {
        throw refuse("hugepage_limits.page_size", size, "is a size such as 2MB, each once");
      }
      limits.add(new OciResources.HugepageLimit(size, limit.getLimit()));
    }
    return limits;
  }

  private SortedMap<String, String> unified() {
    var checked = new TreeMap<String, String>();
    for (Map.Entry<String, String> entry : given.getUnifiedMap().entrySet()) {
      if (!UNIFIED_KEY.matcher(entry.getKey()).matches()) {
        throw refuse("unified", entry.getKey(), "not a file of a cgroup that a pod may write");
      }
      if (!UNIFIED_VALUE.matcher(entry.getValue()).matches()) {
        throw refuse("unified[" + entry.getKey() + "]", entry.getValue(), "not a value");
      }
      checked.put(entry.getKey(), entry.getValue());
    }
    return checked;
  }

  private OciResources.Pids pids(String value) {
    if (value.equals("max")) {
      return new OciResources.Pids(-1);
    }
    if (!value.matches("\\d{1,10}")) {
      throw refuse("unified[" + PIDS + "]", value, "is a number or \"max\"");
    }
    return new OciResources.Pids(Long.parseLong(value));
  }

  private @Nullable String cpuList(String name, String value) {
    if (value.isEmpty()) {
      return null;
    }
    if (value.length() > 4096 || !CPU_LIST.matcher(value).matches()) {
      throw refuse(name, value, "is a list such as 0-3,7");
    }
    return value;
  }

  private @Nullable Long positive(String name, long value) {
    if (value < 0) {
      throw refuse(name, value, "must not be negative");
    }
    return value == 0 ? null : value;
  }

  private @Nullable Long orUnlimited(String name, long value) {
    if (value < -1) {
      throw refuse(name, value, "must not be below -1, which is unlimited");
    }
    return value == 0 ? null : value;
  }

  private RuntimeException refuse(String name, Object value, String why) {
    return Refusal.of(field + "." + name, value, why);
  }
}
