package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is in which cgroup, on whatever hierarchies the machine has. */
final class ShimCgroupKernelTest {
  private static final Path TOP = Path.of("/sys/fs/cgroup");
  private static final List<String> HIERARCHIES =
      List.of("pids", "freezer", "memory", "unified", "");

  private final List<Path> dirs = new ArrayList<>();
  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod());
    String name = "berth-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    for (String hierarchy : HIERARCHIES) {
      Path top = TOP.resolve(hierarchy);
      if (Files.exists(top.resolve("cgroup.procs")) && Files.isWritable(top)) {
        dirs.add(Files.createDirectory(top.resolve(name)));
      }
    }
    assumeTrue(!dirs.isEmpty(), "needs a cgroup hierarchy");
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
    for (Path dir : dirs) {
      await().ignoreException(IOException.class).until(() -> removed(dir));
    }
  }

  private static boolean removed(Path dir) throws IOException {
    if (Files.exists(dir)) {
      try (var children = Files.list(dir)) {
        for (Path child : children.filter(Files::isDirectory).toList()) {
          Files.delete(child);
        }
      }
      Files.delete(dir);
    }
    return true;
  }

  private List<String> paths() {
    return dirs.stream().map(Path::toString).toList();
  }

  /** The directory in a hierarchy of version 1, or in the one of version 2. */
  private Path dir(String hierarchy) {
    return dirs.stream()
        .filter(d -> d.startsWith(TOP.resolve(hierarchy)))
        .findFirst()
        .orElseGet(dirs::getLast);
  }

  @Test
  void initLivesInEveryCgroupAndNobodyElse() throws Exception {
    int pid =
        bench.shim.create(PlanEdit.of(bench.plan("c1", "sleep 1000")).cgroups(paths()).plan());
    for (Path dir : dirs) {
      assertThat(Files.readAllLines(dir.resolve("cgroup.procs")))
          .containsExactly(Integer.toString(pid));
    }
  }

  @Test
  void theCgroupViewShowsItsOwnOnly() throws Exception {
    ContainerPlan plan =
        PlanEdit.of(
                bench.plan(
                    "c1",
                    "ls /sys/fs/cgroup; cat /sys/fs/cgroup/*/cgroup.procs | sort -u;"
                        + " mkdir /sys/fs/cgroup/x 2>&1;"
                        + " for h in /sys/fs/cgroup/*; do mkdir $h/x 2>&1; done"))
            .cgroups(paths())
            .mount(new MountOp.Cgroup("/sys/fs/cgroup", Set.of(MountFlag.READONLY)))
            .plan();
    assertThat(bench.output(plan)).contains("Read-only file system");
  }

  @Test
  void anOutOfMemoryKillIsCounted() throws Exception {
    Path memory = dir("memory");
    if (Files.exists(TOP.resolve("cgroup.subtree_control"))) {
      Files.writeString(TOP.resolve("cgroup.subtree_control"), "+memory");
      Files.writeString(memory.resolve("memory.swap.max"), "0");
      Files.writeString(memory.resolve("memory.max"), "8388608");
    } else {
      Path limit = memory.resolve("memory.limit_in_bytes");
      assumeTrue(Files.exists(limit), "needs the memory controller");
      Files.writeString(limit, "8388608");
    }
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "x=$(head -c 100000000 /dev/zero | tr '\\0' x)"))
            .cgroups(paths())
            .process(
                p ->
                    PlanEdit.filtered(
                        ShimBench.process("/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=64M"),
                        FilterProgram.NONE,
                        p.noNewPrivs()))
            .plan();
    ExitRecord exit = bench.run(plan);
    assertThat(exit.signal()).isEqualTo(9);
    assertThat(exit.oomKilled()).isTrue();
    assertThat(ExitRecordFile.read(bench.exitRecord("c1"))).contains(exit);
  }

  @Test
  void aKilledExecTakesItsDaemonsAlong() throws Exception {
    bench.shim.create(PlanEdit.of(bench.plan("c1", "sleep 1000")).cgroups(paths()).plan());
    bench.shim.start("c1");
    Path session = Files.createDirectory(dir("freezer").resolve("exec"));
    ExecPlan plan =
        new ExecPlan(
            "c1",
            "e1",
            ShimBench.process(
                "/bin/sh", "-c", "setsid sleep 1001 & setsid sleep 1002 & wait; sleep 1003"),
            false,
            List.of(session.toString()));
    ExecHandle handle = bench.shim.exec(plan, null, null, null);
    await().until(() -> Files.readAllLines(session.resolve("cgroup.procs")).size() >= 3);
    bench.shim.killExec("c1", "e1");
    assertThat(handle.exit().get(10, TimeUnit.SECONDS).signal()).isEqualTo(9);
    await().until(() -> Files.readAllLines(session.resolve("cgroup.procs")).isEmpty());
    assertThat(Files.readAllLines(dir("freezer").resolve("cgroup.procs"))).hasSize(1);
  }

  @Test
  void anExecSessionLivesInEveryCgroup() throws Exception {
    bench.shim.create(PlanEdit.of(bench.plan("c1", "sleep 1000")).cgroups(paths()).plan());
    bench.shim.start("c1");
    ExecPlan plan =
        new ExecPlan("c1", "e1", ShimBench.process("/bin/sleep", "1000"), false, paths());
    ExecHandle handle = bench.shim.exec(plan, null, null, null);
    for (Path dir : dirs) {
      assertThat(Files.readAllLines(dir.resolve("cgroup.procs")))
          .hasSize(2)
          .contains(Integer.toString(handle.hostPid()));
    }
    bench.shim.killExec("c1", "e1");
    assertThat(handle.exit().get(10, TimeUnit.SECONDS).signal()).isEqualTo(9);
  }

  @Test
  void aSignalCanGoToAll() throws Exception {
    bench.shim.create(
        PlanEdit.of(
                bench.plan(
                    "c1",
                    "sh -c 'trap \"echo child; exit\" USR1; echo ready; while :; do sleep 0.05;"
                        + " done' & trap 'wait; exit 4' USR1; echo up; while :; do sleep 0.05;"
                        + " done"))
            .cgroups(paths())
            .plan());
    bench.shim.start("c1");
    await()
        .until(
            () -> {
              String log = Files.readString(bench.log("c1"));
              return log.contains("up") && log.contains("ready");
            });
    bench.shim.signal("c1", 10, true);
    bench.awaitExit("c1");
    assertThat(Files.readString(bench.log("c1"))).contains("child");
  }

  @Test
  void theShimItselfGoesWhereItIsTold() throws Exception {
    ShimSpec spec = new ShimSpec("placed", bench.dir.resolve("placed.sock").toString(), paths());
    try (Shim shim = bench.launcher.launch(spec, bench)) {
      for (Path dir : dirs) {
        assertThat(Files.readAllLines(dir.resolve("cgroup.procs")))
            .containsExactly(Integer.toString(shim.pid()));
      }
      shim.end(false);
    }
  }
}
