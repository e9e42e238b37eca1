package dev.berth.cgroup;

import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.Cpu;
import dev.berth.spec.oci.OciResources.DeviceRule;
import dev.berth.spec.oci.OciResources.HugepageLimit;
import dev.berth.spec.oci.OciResources.Memory;
import dev.berth.spec.oci.OciResources.Pids;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Resources with one kind of limit, or with some of each. */
final class Asked {

  static final long MIB = 1 << 20;
  static final DeviceRule NO_DEVICE = new DeviceRule(false, "a", null, null, "rwm");

  private Asked() {}

  static OciResources memory(long limit, long swap) {
    return of(new Memory(limit, swap), null, null);
  }

  static OciResources cpus(String cpus) {
    return of(null, new Cpu(null, null, null, cpus, null), null);
  }

  static OciResources pids(long limit) {
    return of(null, null, new Pids(limit));
  }

  static OciResources devices(DeviceRule... rules) {
    return new OciResources(List.of(rules), null, null, null, List.of(), new TreeMap<>());
  }

  static OciResources hugepages(String size, long limit) {
    var limits = List.of(new HugepageLimit(size, limit));
    return new OciResources(List.of(), null, null, null, limits, new TreeMap<>());
  }

  static OciResources unified(Map<String, String> files) {
    return new OciResources(List.of(), null, null, null, List.of(), new TreeMap<>(files));
  }

  static OciResources of(
      @org.jspecify.annotations.Nullable Memory memory,
      @org.jspecify.annotations.Nullable Cpu cpu,
      @org.jspecify.annotations.Nullable Pids pids) {
    return new OciResources(List.of(), memory, cpu, pids, List.of(), new TreeMap<>());
  }

  /** What an ordinary container has. */
  static OciResources ordinary() {
    return new OciResources(
        List.of(NO_DEVICE, zero(3), zero(5), zero(7), zero(8), zero(9)),
        new Memory(64 * MIB, 64 * MIB),
        new Cpu(512L, 20_000L, 50_000L, "0", "0"),
        new Pids(40),
        List.of(),
        new TreeMap<>());
  }

  private static DeviceRule zero(long minor) {
    return new DeviceRule(true, "c", 1L, minor, "rwm");
  }
}
