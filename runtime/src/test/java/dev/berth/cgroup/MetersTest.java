package dev.berth.cgroup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Meters over files with the text that kernels write. */
class MetersTest {
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(7, 9), ZoneOffset.UTC);
  private static final String PRESSURE =
      """
      some avg10=1.50 avg60=0.25 avg300=0.00 total=1234
      full avg10=0.50 avg60=0.00 avg300=0.00 total=567
      """;

  @TempDir Path dir;

  @Test
  void versionTwo() throws IOException {
    write(
        "c",
        "cpu.stat",
        """
        usage_usec 5000
        user_usec 3000
        system_usec 2000
        nr_periods 4
        nr_throttled 3
        throttled_usec 17
        """);
    write("c", "memory.current", "1000000\n");
    write("c", "memory.max", "4000000\n");
    write("c", "memory.peak", "2000000\n");
    write("c", "memory.swap.current", "77\n");
    write("c", "memory.swap.max", "max\n");
    write(
        "c",
        "memory.stat",
        """
        anon 300
        file 500
        kernel 44
        file_mapped 5
        inactive_anon 1
        inactive_file 200000
        pgfault 12
        pgmajfault 2
        """);
    write("c", "memory.events", "low 0\nhigh 0\nmax 6\noom 2\noom_kill 1\n");
    write("c", "io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n254:16 \n");
    write("c", "pids.current", "5\n");
    write("c", "pids.max", "max\n");
    write("c", "cgroup.procs", "11\n12\n0\n");
    write("c", "cpu.pressure", PRESSURE);
    write("c", "hugetlb.2MB.current", "2097152\n");
    var layout =
        new CgroupLayout(CgroupLayout.Kind.V2, new TreeMap<>(), Optional.of(dir.toString()));
    try (CgroupMeter meter = meters(layout, 100).of(List.of(dir + "/c"))) {
      CgroupUsage usage = meter.usage();
      assertThat(usage.at()).isEqualTo(7_000_000_009L);
      assertThat(usage.cpuNanos()).isEqualTo(5_000_000);
      assertThat(usage.memory())
          .isEqualTo(
              new CgroupUsage.Memory(1_000_000, 200_000, 300, 500, 5, 12, 2, 4_000_000, 77, -1));
      assertThat(requireNonNull(usage.memory()).workingSet()).isEqualTo(800_000);
      assertThat(requireNonNull(usage.memory()).available()).isEqualTo(3_200_000);
      assertThat(usage.cpuPressure())
          .isEqualTo(
              new Pressure(
                  new Pressure.Stall(1_234_000, 1.5, 0.25, 0),
                  new Pressure.Stall(567_000, 0.5, 0, 0)));
      assertThat(usage.memoryPressure()).isNull();
      CgroupDetail detail = meter.detail();
      assertThat(detail.cpu()).isEqualTo(new CgroupDetail.Cpu(3_000_000, 2_000_000, 4, 3, 17_000));
      assertThat(detail.memory()).isEqualTo(new CgroupDetail.Memory(2_000_000, 6, 1, 44));
      assertThat(detail.io()).containsExactly(new DeviceIo(8, 0, 1, 2, 3, 4));
      assertThat(detail.threads()).isEqualTo(5);
      assertThat(detail.threadsMax()).isEqualTo(CgroupUsage.UNLIMITED);
      assertThat(detail.processes()).containsExactlyInAnyOrder(11, 12);
      assertThat(detail.hugePages())
          .containsExactly(new CgroupDetail.HugePages("2MB", 2_097_152, 2_097_152));
    }
  }

  @Test
  void versionOneWithPressureFromTheTreeBeside() throws IOException {
    var roots = new TreeMap<String, String>();
    for (String controller : List.of("cpu", "cpuacct", "memory", "pids", "blkio")) {
      roots.put(controller, dir + "/" + controller);
    }
    write("cpuacct/c", "cpuacct.usage", "5000000\n");
    write("cpuacct/c", "cpuacct.usage_user", "3000000\n");
    write("cpuacct/c", "cpuacct.usage_sys", "2000000\n");
    write("cpu/c", "cpu.stat", "nr_periods 4\nnr_throttled 3\nthrottled_time 17\n");
    write("memory/c", "memory.usage_in_bytes", "1000\n");
    write("memory/c", "memory.max_usage_in_bytes", "2000\n");
    write("memory/c", "memory.failcnt", "6\n");
    write("memory/c", "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
    write(
        "memory/c",
        "memory.stat",
        """
        rss 9
        inactive_file 9
        hierarchical_memory_limit 9223372036854771712
        hierarchical_memsw_limit 9223372036854771712
        total_cache 500
        total_rss 300
        total_mapped_file 5
        total_swap 0
        total_pgfault 12
        total_pgmajfault 2
        total_inactive_file 2000
        """);
    write("pids/c", "pids.current", "5\n");
    write("pids/c", "pids.max", "99\n");
    write("pids/c", "cgroup.procs", "11\n");
    write(
        "blkio/c",
        "blkio.throttle.io_service_bytes_recursive",
        "8:0 Read 1\n8:0 Write 2\n8:0 Sync 3\nTotal 3\n");
    write("blkio/c", "blkio.throttle.io_serviced_recursive", "8:0 Read 3\n8:0 Write 4\nTotal 7\n");
    write("unified/c", "memory.pressure", PRESSURE);
    var layout = new CgroupLayout(CgroupLayout.Kind.HYBRID, roots, Optional.of(dir + "/unified"));
    List<String> directories =
        List.of("blkio", "cpu", "cpuacct", "memory", "pids", "unified").stream()
            .map(name -> dir + "/" + name + "/c")
            .toList();
    try (CgroupMeter meter = meters(layout, 100).of(directories)) {
      CgroupUsage usage = meter.usage();
      assertThat(usage.cpuNanos()).isEqualTo(5_000_000);
      assertThat(usage.memory())
          .isEqualTo(new CgroupUsage.Memory(1000, 2000, 300, 500, 5, 12, 2, -1, 0, -1));
      assertThat(requireNonNull(usage.memory()).workingSet()).isZero();
      assertThat(requireNonNull(usage.memory()).available()).isEqualTo(CgroupUsage.UNLIMITED);
      assertThat(requireNonNull(usage.memoryPressure()).some().totalNanos()).isEqualTo(1_234_000);
      CgroupDetail detail = meter.detail();
      assertThat(detail.cpu()).isEqualTo(new CgroupDetail.Cpu(3_000_000, 2_000_000, 4, 3, 17));
      assertThat(detail.memory()).isEqualTo(new CgroupDetail.Memory(2000, 6, 1, 0));
      assertThat(detail.io()).containsExactly(new DeviceIo(8, 0, 1, 2, 3, 4));
      assertThat(detail.threadsMax()).isEqualTo(99);
    }
  }

  @Test
  void whatIsNotThereIsAbsentAndNothingFails() throws IOException {
    var layout =
        new CgroupLayout(CgroupLayout.Kind.V2, new TreeMap<>(), Optional.of(dir.toString()));
    try (CgroupMeter meter = meters(layout, 100).of(List.of(dir + "/gone"))) {
      assertThat(meter.usage()).isEqualTo(CgroupUsage.none(7_000_000_009L));
      assertThat(meter.detail().processes()).isEmpty();
    }
  }

  @Test
  void withoutDescriptorsToSpareFilesAreOpenedEachTime() throws IOException {
    write("c", "cpu.stat", "usage_usec 1\n");
    var layout =
        new CgroupLayout(CgroupLayout.Kind.V2, new TreeMap<>(), Optional.of(dir.toString()));
    try (CgroupMeter meter = meters(layout, 0).of(List.of(dir + "/c"))) {
      assertThat(meter.usage().cpuNanos()).isEqualTo(1000);
      // another file under the name: one that was kept open would still show the old text
      Files.delete(dir.resolve("c/cpu.stat"));
      write("c", "cpu.stat", "usage_usec 2\n");
      assertThat(meter.usage().cpuNanos()).isEqualTo(2000);
    }
  }

  @Test
  void aLongFileIsReadWhole() {
    StringBuilder text = new StringBuilder();
    Map.of("a", 1, "b", 2).forEach((k, v) -> text.append(k).append(' ').append(v).append('\n'));
    for (int i = 0; i < 5000; i++) {
      text.append("line").append(i).append(" 1\n");
    }
    text.append("last 42\n");
    assertThat(StatText.of(text.toString()).field("last", -1)).isEqualTo(42);
    assertThat(StatText.of(text.toString()).field("las", -1)).isEqualTo(-1);
    assertThat(StatText.of("99999999999999999999\n").number(-1)).isEqualTo(Long.MAX_VALUE);
    assertThat(StatText.of("max\n").number(-1)).isEqualTo(-1);
  }

  private Meters meters(CgroupLayout layout, int mostOpen) {
    return new Meters(layout, Kernel.linux(), CLOCK, mostOpen, List.of("2MB"));
  }

  private void write(String folder, String file, String text) throws IOException {
    Files.createDirectories(dir.resolve(folder));
    Files.writeString(dir.resolve(folder).resolve(file), text);
  }
}
