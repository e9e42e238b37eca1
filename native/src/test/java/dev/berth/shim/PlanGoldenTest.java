package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plan records, held against bytes on record: Java must write exactly these, C must read from them
 * exactly what is in the text beside. A change of either is a new version of the format.
 */
final class PlanGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/dev/berth/shim");

  static PodPlan pod() {
    return new PodPlan(
        true,
        true,
        true,
        true,
        "host-näme",
        1L << 40,
        Map.of("net.b", "2 3", "kernel.a", ""),
        new PodUsers(new PodUsers.Range(100000, 65536), new PodUsers.Range(200000, 4096)));
  }

  static ContainerPlan container() {
    Set<MountFlag> all = EnumSet.allOf(MountFlag.class);
    return new ContainerPlan(
        "container-1",
        new Namespaces(
            NamespaceMode.POD,
            NamespaceMode.HOST,
            NamespaceMode.NEW,
            NamespaceMode.TARGET,
            NamespaceMode.NEW,
            "other"),
        List.of("/sys/fs/cgroup/cpu/x", "/sys/fs/cgroup/pids/x"),
        "own",
        new RootPlan(List.of("/l/2", "/l/1"), "/u", "/w", true),
        List.of(
            new MountOp.Bind("/s", "/t", all, true, true, Propagation.SHARED, true),
            new MountOp.Bind("/s2", "/t2", Set.of(), false, false, Propagation.SLAVE),
            new MountOp.Tmpfs("/dev", Set.of(MountFlag.NOSUID), 65536, 01755),
            new MountOp.Proc("/proc", Set.of()),
            new MountOp.Sysfs("/sys", Set.of(MountFlag.READONLY)),
            new MountOp.Mqueue("/dev/mqueue", Set.of()),
            new MountOp.Devpts("/dev/pts", Set.of()),
            new MountOp.Cgroup("/sys/fs/cgroup", Set.of()),
            new MountOp.PodShm("/dev/shm", Set.of()),
            new MountOp.Image("/i", Set.of(), List.of("/l/4", "/l/3"), "/sub")),
        List.of(
            new DeviceNode("/dev/null", DeviceNode.Type.CHARACTER, 1, 3, 0666, 0, 0),
            new DeviceNode("/dev/sda", DeviceNode.Type.BLOCK, 8, 0, 0600, 1, 2)),
        List.of(new Symlink("/dev/fd", "/proc/self/fd")),
        List.of("/proc/keys"),
        List.of("/proc/sys", "/proc/bus"),
        Map.of("net.ipv4.ip_forward", "1"),
        process(),
        new StdioPlan("/log", true, true, 4096, true),
        "/exit");
  }

  static ProcessPlan process() {
    return new ProcessPlan(
        List.of("sh", "-c", ""),
        List.of("A=1", "B=ü"),
        "/work",
        new UserPlan(4294967294L, 1000, List.of(5L, 4294967294L)),
        new CapabilitySets(-1L, 3, 7, 1),
        true,
        FilterProgram.of(new byte[] {6, 0, 0, 0, 0, 0, -1, 127}),
        List.of(new Rlimit(7, 1024, -1L)),
        -500,
        027);
  }

  static ExecPlan exec() {
    return new ExecPlan("container-1", "exec-1", process(), true, List.of("/sys/fs/cgroup/f/e"));
  }

  private static ByteBuffer encoded(String kind) {
    return switch (kind) {
      case "pod" -> PlanEncoder.encode(pod());
      case "container" -> PlanEncoder.encode(container());
      default -> PlanEncoder.encode(exec());
    };
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PlanGoldenTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod", "container", "exec"})
  void javaWritesTheBytesOnRecord(String kind) throws Exception {
    byte[] written = bytes(encoded(kind));
    if (Boolean.getBoolean("berth.golden.write")) {
      Files.write(GOLDEN.resolve("plan-" + kind + ".bin"), written);
    }
    assertThat(written).isEqualTo(resource("plan-" + kind + ".bin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod", "container", "exec"})
  void cReadsThemAsJavaMeantThem(String kind) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc with its sanitizers");
    run("make", "-s", "plan-dump");
    String golden = GOLDEN.resolve("plan-" + kind + ".bin").toString();
    String dump = run("target/shim/plan-dump", golden);
    if (Boolean.getBoolean("berth.golden.write")) {
      Files.writeString(GOLDEN.resolve("plan-" + kind + ".txt"), dump);
    }
    assertThat(dump)
        .isEqualTo(
            new String(resource("plan-" + kind + ".txt"), java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void aShortFuzzOfTheParserFindsNothing(@TempDir Path corpus) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/clang")), "needs clang with libFuzzer");
    for (String kind : List.of("pod", "container", "exec")) {
      Files.copy(GOLDEN.resolve("plan-" + kind + ".bin"), corpus.resolve(kind));
    }
    run("make", "-s", "fuzz");
    run(
        "target/shim/fuzz-record",
        "-max_total_time=5",
        "-rss_limit_mb=1024",
        "-artifact_prefix=" + corpus + "/",
        corpus.toString());
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    String text = new String(output, java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
