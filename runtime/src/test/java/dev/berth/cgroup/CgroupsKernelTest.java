package dev.berth.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.fault.Fault;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.Cpu;
import dev.berth.spec.oci.OciResources.DeviceRule;
import dev.berth.spec.oci.OciResources.Memory;
import dev.berth.spec.oci.OciResources.Pids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cgroups on the machine's own hierarchies, in a part of the tree of the test's own. */
@Timeout(60)
final class CgroupsKernelTest {

  private static final long MIB = Asked.MIB;

  private final String name =
      "test-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final List<Process> started = new ArrayList<>();
  private CgroupLayout layout;
  private Cgroups cgroups;

  @BeforeEach
  void needsRoot() {
    assumeTrue("root".equals(System.getProperty("user.name")), "making cgroups needs root");
    layout = CgroupLayout.detect();
    String root = layout.containerRoots().getFirst();
    assumeTrue(Files.isWritable(Path.of(root)), root + " is not writable");
    cgroups = new Cgroups(layout, name);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (Process process : started) {
      process.destroyForcibly();
      process.waitFor();
    }
    if (cgroups == null) {
      return;
    }
    cgroups.sweep(pod -> false);
    cgroups.removeBase();
    for (String root : layout.shimRoots()) {
      for (String top : List.of("/berth-" + name, "/berth-" + name + "-kube")) {
        assertThat(Path.of(root + top)).doesNotExist();
      }
    }
  }

  @Test
  void limitsAreInForceAsWritten() {
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    cgroups.prepareShims();
    Made made = cgroups.create(dirs, ordinary());
    OciResources read = cgroups.readBack(dirs);
    assertThat(read.memory()).isEqualTo(new Memory(64 * MIB, 64 * MIB));
    assertThat(read.cpu()).isEqualTo(ordinaryCpu());
    assertThat(read.pids()).isEqualTo(new Pids(40));
    assertThat(made.directories()).isEqualTo(dirs);
    assertThat(made.parents()).isEqualTo(cgroups.parentDirectories(cgroups.parent("", "pod1")));
    cgroups.remove(dirs);
    cgroups.remove(dirs);
    cgroups.removeMarked(cgroups.parentDirectories(cgroups.parent("", "pod1")));
    cgroups.removeMade(made.parents());
    assertThat(made.parents()).allMatch(dir -> !Files.exists(Path.of(dir)));
  }

  @Test
  void devicesAreTheOnesAllowed() {
    assumeTrue(layout.root("devices").isPresent(), "no devices controller on version 1");
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    var zero = new DeviceRule(true, "c", 1L, 5L, "rwm");
    var nodes = new DeviceRule(true, "c", null, null, "m");
    cgroups.create(dirs, Asked.devices(Asked.NO_DEVICE, nodes, zero));
    assertThat(cgroups.readBack(dirs).devices()).containsExactlyInAnyOrder(zero, nodes);
    String[] shell = {"sh", "-c", "read x; cat /dev/null; head -c 1 /dev/zero | wc -c"};
    assertThat(output(run(dirs, shell))).contains("/dev/null: Operation not permitted", "1\n");
  }

  /** GHSA-g54h-m393-cpwq: what is not allowed is denied. The unified tree of a hybrid does too. */
  @Test
  void devicesAreTheOnesAllowedByAProgram() throws IOException {
    assumeTrue(layout.unified().isPresent(), "no unified tree");
    var two = new CgroupLayout(CgroupLayout.Kind.V2, new TreeMap<>(), layout.unified());
    var unified = new Cgroups(two, name);
    assumeTrue(unified.confinesDevices(), "the kernel takes no programs about devices");
    List<String> dirs = unified.directories(unified.parent("", "pod1"), "c1");
    unified.create(
        dirs,
        Asked.devices(
            Asked.NO_DEVICE,
            new DeviceRule(true, "c", null, null, "m"),
            new DeviceRule(true, "c", 1L, null, "rwm"),
            new DeviceRule(false, "c", 1L, 3L, "w"),
            new DeviceRule(true, "b", 1L, 7L, "rwm")));
    String script =
        "read x; head -c 1 /dev/zero | wc -c; cat /dev/null && echo read; echo x > /dev/null;"
            + " cat /dev/tty; mknod $0 c 10 229 && cat $0";
    String said = output(run(dirs, "sh", "-c", script, "/tmp/berth-" + name));
    assertThat(said.lines().filter(line -> !line.contains("ot permitted")))
        .containsExactly("1", "read");
    assertThat(said)
        .contains("cannot create /dev/null: Operation not permitted")
        .contains("/dev/tty: Operation not permitted")
        .contains(name + ": Operation not permitted");
    Files.delete(Path.of("/tmp/berth-" + name));
  }

  @Test
  void thePidsLimitIsHit() {
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    cgroups.create(dirs, Asked.pids(3));
    Process shell = run(dirs, "sh", "-c", "read x; sleep 9 & sleep 9 & sleep 9 & sleep 9 & wait");
    assertThat(output(shell)).containsIgnoringCase("fork");
  }

  @Test
  void theMemoryLimitIsHit() throws Exception {
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    cgroups.create(dirs, Asked.memory(16 * MIB, 16 * MIB));
    Process tail = run(dirs, "sh", "-c", "read x; dd if=/dev/zero of=/dev/null bs=64M count=1");
    assertThat(tail.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  void limitsChangeAllOrNone() {
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    cgroups.create(dirs, ordinary());
    // Both above what is in force: one order of writes works, and it is not the one for less.
    cgroups.update(dirs, Asked.memory(256 * MIB, 256 * MIB));
    assertThat(cgroups.readBack(dirs).memory()).isEqualTo(new Memory(256 * MIB, 256 * MIB));
    cgroups.update(dirs, Asked.memory(32 * MIB, 32 * MIB));
    var wrong =
        Asked.of(new Memory(128 * MIB, 128 * MIB), new Cpu(100L, 1L, null, null, null), null);
    assertThatThrownBy(() -> cgroups.update(dirs, wrong))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("linux.cpu_quota \"1\"");
    assertThat(cgroups.readBack(dirs).memory()).isEqualTo(new Memory(32 * MIB, 32 * MIB));
    assertThat(cgroups.readBack(dirs).cpu()).isEqualTo(ordinaryCpu());
  }

  @Test
  void aRefusedLimitLeavesNothing() {
    String parent = "/berth-" + name + "-kube/besteffort/pod1";
    List<String> dirs = cgroups.directories(parent, "c1");
    var quota = Asked.of(null, new Cpu(null, 1L, null, null, null), null);
    assertThatThrownBy(() -> cgroups.create(dirs, quota))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("config.linux.resources.cpu_quota \"1\"");
    assertThat(layout.containerRoots())
        .allMatch(root -> !Files.exists(Path.of(root + "/berth-" + name + "-kube")));
  }

  @Test
  void aParentThatCannotBeMadeIsTheClientsMistake() {
    for (String parent : List.of("/cgroup.procs", "/cgroup.procs/x", "/berth-" + name + "\nx")) {
      assertThatThrownBy(() -> cgroups.prepareParent(parent))
          .isInstanceOf(Fault.InvalidArgument.class)
          .hasMessageContaining("config.linux.cgroup_parent \"" + parent + "\"");
      assertThatThrownBy(() -> cgroups.create(cgroups.directories(parent, "c"), OciResources.NONE))
          .isInstanceOf(Fault.InvalidArgument.class)
          .hasMessageContaining("config.linux.cgroup_parent \"" + parent + "\"");
    }
  }

  @Test
  void parentsOfTheKubeletStayAndOursGoWithTheLastPod() throws Exception {
    String top = "/berth-" + name + "-kube";
    String kubelets = layout.containerRoots().getFirst() + top;
    Files.createDirectory(Path.of(kubelets));
    try {
      List<String> one = cgroups.prepareParent(top + "/besteffort/pod1");
      List<String> two = cgroups.prepareParent(top + "/besteffort/pod2");
      assertThat(one).doesNotContain(kubelets).contains(kubelets + "/besteffort");
      cgroups.removeMade(one);
      assertThat(Path.of(kubelets, "besteffort", "pod2")).exists();
      cgroups.removeMade(two);
      assertThat(Path.of(kubelets, "besteffort")).doesNotExist();
    } catch (AssertionError e) {
      cgroups.remove(cgroups.parentDirectories(top));
      throw e;
    } finally {
      Files.deleteIfExists(Path.of(kubelets));
    }
  }

  @Test
  void killReachesForksAndFrozenChildren() throws Exception {
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    cgroups.create(dirs, OciResources.NONE);
    Process shell = run(dirs, "sh", "-c", "read x; while :; do sleep 7 & sleep 0.002; done");
    TimeUnit.MILLISECONDS.sleep(50);
    cgroups.kill(dirs);
    assertThat(shell.waitFor()).isEqualTo(128 + 9);
    cgroups.kill(dirs);
    cgroups.remove(dirs);
    cgroups.kill(dirs);
  }

  @Test
  void versionOneAloneKillsByTheFreezer() throws Exception {
    assumeTrue(layout.root("freezer").isPresent(), "no freezer on version 1");
    var controllers = new TreeMap<>(layout.controllers());
    var one = new CgroupLayout(CgroupLayout.Kind.V1, controllers, Optional.empty());
    var alone = new Cgroups(one, name);
    List<String> dirs = alone.directories(alone.parent("", "pod1"), "c1");
    alone.create(dirs, OciResources.NONE);
    Process shell = run(dirs, "sh", "-c", "read x; while :; do sleep 7 & sleep 0.002; done");
    TimeUnit.MILLISECONDS.sleep(50);
    alone.kill(dirs);
    assertThat(shell.waitFor()).isEqualTo(128 + 9);
    alone.remove(dirs);
  }

  @Test
  void anExecSessionDiesAlone() throws Exception {
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    cgroups.create(dirs, OciResources.NONE);
    List<String> execDirs = cgroups.execDirectories(dirs, "e1");
    cgroups.createExec(execDirs);
    Process main = run(dirs, "sh", "-c", "read x; sleep 30");
    Process exec = run(execDirs, "sh", "-c", "read x; sleep 30 & sleep 30");
    TimeUnit.MILLISECONDS.sleep(50);
    cgroups.kill(Killing.ownOfExec(execDirs));
    assertThat(exec.waitFor()).isEqualTo(128 + 9);
    assertThat(main.isAlive()).isTrue();
    cgroups.kill(dirs);
    cgroups.remove(dirs);
    assertThat(main.waitFor()).isEqualTo(128 + 9);
    cgroups.removeExec(execDirs);
  }

  @Test
  void sweepTakesDeadPodsWithTheirProcesses() throws Exception {
    cgroups.prepareShims();
    List<String> dead = cgroups.directories(cgroups.parent("", "dead"), "c1");
    List<String> live = cgroups.directories(cgroups.parent("", "live"), "c1");
    cgroups.create(dead, OciResources.NONE);
    cgroups.create(live, OciResources.NONE);
    Process shell = run(dead, "sh", "-c", "read x; sleep 30");
    TimeUnit.MILLISECONDS.sleep(20);
    assertThat(cgroups.sweep("live"::equals)).isEqualTo(Set.of("dead"));
    assertThat(shell.waitFor()).isEqualTo(128 + 9);
    assertThat(live).allMatch(dir -> Files.exists(Path.of(dir)));
    assertThat(cgroups.shimPids()).isEmpty();
  }

  @Test
  void hugePagesThatCannotBeLimitedAreRefusedUnlessNoneAreAsked() {
    List<String> dirs = cgroups.directories(cgroups.parent("", "pod1"), "c1");
    cgroups.create(dirs, Asked.hugepages("3MB", 0));
    cgroups.remove(dirs);
    assumeTrue(layout.root("hugetlb").isPresent(), "the unified tree of the machine stays as is");
    assertThatThrownBy(() -> cgroups.create(dirs, Asked.hugepages("3MB", 3 * MIB)))
        .isInstanceOf(Fault.InvalidArgument.class);
  }

  /** A bound that a crowded machine keeps too; the usual time is a fraction of it. */
  @Test
  @Tag("speed")
  void makingIsCheap() {
    cgroups.prepareShims();
    String parent = cgroups.parent("", "pod1");
    cgroups.prepareParent(parent);
    var millis = new ArrayList<Double>();
    for (int i = 0; i < 100; i++) {
      List<String> dirs = cgroups.directories(parent, "c" + i);
      long start = System.nanoTime();
      cgroups.create(dirs, ordinary());
      millis.add((System.nanoTime() - start) / 1e6);
      cgroups.remove(dirs);
    }
    millis.sort(null);
    assertThat(millis.get(50)).isLessThan(10);
  }

  /** What an ordinary container has, less what this kernel has no controller for. */
  private OciResources ordinary() {
    OciResources all = Asked.ordinary();
    return new OciResources(
        all.devices(), all.memory(), ordinaryCpu(512), all.pids(), List.of(), new TreeMap<>());
  }

  /** As it is read back: version 2 has a coarser scale than shares. */
  private Cpu ordinaryCpu() {
    boolean two = layout.kind() == CgroupLayout.Kind.V2;
    return ordinaryCpu(two ? CpuWeight.toShares(CpuWeight.ofShares(512)) : 512);
  }

  private Cpu ordinaryCpu(long shares) {
    String cpuset = hasCpuset() ? "0" : null;
    return new Cpu(shares, 20_000L, 50_000L, cpuset, cpuset);
  }

  private boolean hasCpuset() {
    if (layout.kind() != CgroupLayout.Kind.V2) {
      return layout.root("cpuset").isPresent();
    }
    try {
      Path controllers = Path.of(layout.unified().orElseThrow(), Controllers.AVAILABLE);
      return Files.readString(controllers).contains("cpuset");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a shell that waits for a line, moves it into the cgroup, and lets it go on. */
  private Process run(List<String> dirs, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      started.add(process);
      for (String dir : dirs) {
        Files.writeString(Path.of(dir, "cgroup.procs"), Long.toString(process.pid()));
      }
      process.getOutputStream().write('\n');
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(Process process) {
    try {
      return new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
