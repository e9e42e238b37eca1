package dev.berth.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.Cpu;
import dev.berth.spec.oci.OciResources.DeviceRule;
import dev.berth.spec.oci.OciResources.Memory;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LimitsTest {

  private static final String FIELD = "config.linux.resources";
  private static final CgroupLayout V1 =
      CgroupLayout.parse("1 0 0:1 / /cg/cpu rw - cgroup cgroup rw,cpu");
  private static final CgroupLayout HYBRID =
      CgroupLayout.parse(
          """
          1 0 0:1 / /cg/cpu rw - cgroup cgroup rw,cpu
          2 0 0:2 / /cg/unified rw - cgroup2 cgroup2 rw
          """);

  @Test
  void sharesBecomeWeights() {
    assertThat(CpuWeight.ofShares(2)).isEqualTo(1);
    assertThat(CpuWeight.ofShares(1024)).isEqualTo(100);
    assertThat(CpuWeight.ofShares(262_144)).isEqualTo(10_000);
    assertThat(CpuWeight.ofShares(0)).isEqualTo(1);
    assertThat(CpuWeight.ofShares(Long.MAX_VALUE)).isEqualTo(10_000);
    for (long weight : List.of(1L, 39L, 100L, 101L, 5000L, 10_000L)) {
      assertThat(CpuWeight.ofShares(CpuWeight.toShares(weight))).isEqualTo(weight);
    }
  }

  @Test
  void onlyWhatIsAskedForIsWritten() {
    assertThat(v1(OciResources.NONE)).isEmpty();
    assertThat(v2(OciResources.NONE)).isEmpty();
    assertThat(v1(Asked.cpus("0"))).containsExactly("cpuset.cpus=0");
  }

  @Test
  void versionOneTakesTheNumbersAsTheyAre() {
    assertThat(v1(Asked.ordinary()))
        .containsExactly(
            "cpu.shares=512",
            "cpu.cfs_period_us=50000",
            "cpu.cfs_quota_us=20000",
            "cpuset.cpus=0",
            "cpuset.mems=0",
            "memory.limit_in_bytes=67108864",
            "memory.memsw.limit_in_bytes=67108864",
            "pids.max=40");
    assertThat(v1(cpu(-5L, null))).containsExactly("cpu.cfs_quota_us=-1");
    assertThat(v1(Asked.pids(-1))).containsExactly("pids.max=max");
  }

  @Test
  void versionTwoCountsSwapAlone() {
    assertThat(v2(Asked.ordinary()))
        .containsExactly(
            "cpu.weight=59",
            "cpu.max=20000 50000",
            "cpuset.cpus=0",
            "cpuset.mems=0",
            "memory.max=67108864",
            "memory.swap.max=0",
            "pids.max=40");
    assertThat(v2(Asked.memory(100, 140))).contains("memory.swap.max=40");
    assertThat(v2(Asked.memory(100, -1))).contains("memory.swap.max=max");
    assertThatThrownBy(() -> v2(Asked.of(new Memory(null, 140L), null, null)))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining(FIELD + ".memory_swap_limit_in_bytes \"140\"");
  }

  @Test
  void halfOfTheBandwidthKeepsTheOther() {
    assertThat(v2(cpu(7000L, null))).containsExactly("cpu.max=7000 100000");
    assertThat(v2(cpu(null, 5000L))).containsExactly("cpu.max=max 5000");
    assertThat(v2(cpu(-1L, 5000L))).containsExactly("cpu.max=max 5000");
  }

  @Test
  void filesOfVersionTwoComeLastThere() {
    var asked = Asked.unified(Map.of("memory.high", "9000", "cpu.weight", "7"));
    assertThat(v2(asked)).containsExactly("cpu.weight=7", "memory.high=9000");
    assertThatThrownBy(() -> v1(asked))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining(FIELD + ".unified[cpu.weight] \"7\"");
    var pages = Asked.unified(Map.of("hugetlb.2MB.max", "0"));
    assertThat(text(LimitsV1.of(FIELD, pages, HYBRID))).containsExactly("hugetlb.2MB.max=0");
  }

  @Test
  void hugePagesAreLimitedInUseAndReserved() {
    assertThat(v2(Asked.hugepages("2MB", 4)))
        .containsExactly("hugetlb.2MB.max=4", "hugetlb.2MB.rsvd.max=4");
    assertThat(v1(Asked.hugepages("1GB", -1)))
        .containsExactly(
            "hugetlb.1GB.limit_in_bytes=18446744073709551615",
            "hugetlb.1GB.rsvd.limit_in_bytes=18446744073709551615");
    List<LimitWrite> none = LimitsV2.of(FIELD, Asked.hugepages("2MB", 0), LimitsV2.UNLIMITED_CPU);
    assertThat(none).allMatch(LimitWrite::optional);
  }

  @Test
  void devicesAreLinesOfTheKernels() {
    assertThat(DeviceRules.line(Asked.NO_DEVICE)).isEqualTo("a");
    var nodes = new DeviceRule(true, "b", null, null, "m");
    assertThat(DeviceRules.line(nodes)).isEqualTo("b *:* m");
    var tty = new DeviceRule(true, "c", 136L, null, "rwm");
    assertThat(DeviceRules.line(tty)).isEqualTo("c 136:* rwm");
    assertThat(DeviceRules.parse("c 136:* rwm")).isEqualTo(tty);
  }

  private static OciResources cpu(@Nullable Long quota, @Nullable Long period) {
    return Asked.of(null, new Cpu(null, quota, period, null, null), null);
  }

  private static List<String> v1(OciResources resources) {
    return text(LimitsV1.of(FIELD, resources, V1));
  }

  private static List<String> v2(OciResources resources) {
    return text(LimitsV2.of(FIELD, resources, LimitsV2.UNLIMITED_CPU));
  }

  private static List<String> text(List<LimitWrite> writes) {
    return writes.stream().map(write -> write.file() + "=" + write.value()).toList();
  }
}
