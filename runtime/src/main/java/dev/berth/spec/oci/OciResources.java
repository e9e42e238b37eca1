package dev.berth.spec.oci;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Limits (runtime-spec, config-linux.md, "Control groups"). A null limit is not written.
 *
 * @param devices device rules in order, the last that matches wins
 * @param memory memory limits
 * @param cpu cpu limits
 * @param pids process count
 * @param hugepageLimits limits of huge pages, each size once
 * @param unified files of the unified hierarchy and what is written to them
 */
public record OciResources(
    List<DeviceRule> devices,
    @Nullable Memory memory,
    @Nullable Cpu cpu,
    @Nullable Pids pids,
    List<HugepageLimit> hugepageLimits,
    SortedMap<String, String> unified) {

  /** No rule and no limit. */
  public static final OciResources NONE =
      new OciResources(List.of(), null, null, null, List.of(), Copies.sorted(null));

  public OciResources {
    devices = Copies.list(devices);
    hugepageLimits = Copies.list(hugepageLimits);
    unified = Copies.sorted(unified);
  }

  /**
   * A device rule.
   *
   * @param allow whether the access is allowed
   * @param type {@code a} for all, {@code c} or {@code b}
   * @param major major number, null for every
   * @param minor minor number, null for every
   * @param access letters of {@code rwm}: read, write, mknod
   */
  public record DeviceRule(
      boolean allow, String type, @Nullable Long major, @Nullable Long minor, String access) {}

  /**
   * Memory, in bytes.
   *
   * @param limit hard limit
   * @param swap limit of memory and swap together; -1 is unlimited
   */
  public record Memory(@Nullable Long limit, @Nullable Long swap) {}

  /**
   * Processor time.
   *
   * @param shares relative weight, 2 to 262144
   * @param quota microseconds in each period; negative is unlimited
   * @param period length of a period, microseconds
   * @param cpus processors to run on, in list format (cpuset(7))
   * @param mems memory nodes to use, in list format
   */
  public record Cpu(
      @Nullable Long shares,
      @Nullable Long quota,
      @Nullable Long period,
      @Nullable String cpus,
      @Nullable String mems) {}

  /** Most processes and threads at a time. */
  public record Pids(long limit) {}

  /**
   * Huge pages of one size.
   *
   * @param pageSize size as the kernel writes it, e.g. {@code 2MB}
   * @param limit bytes, unsigned
   */
  public record HugepageLimit(
      String pageSize,
      @JsonSerialize(converter = Unsigned.Write.class)
          @JsonDeserialize(converter = Unsigned.Read.class)
          long limit) {}
}
