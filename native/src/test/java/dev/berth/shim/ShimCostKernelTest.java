package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a shim costs. Prints; fails only when a limit of the design is far away. */
final class ShimCostKernelTest {
  private static final int ROUNDS = 200;
  private static final int PODS = 10;
  private static final long KERNEL_STACK_KIB = 16;

  /** Ten of them, since they share the pages of their program. */
  @Test
  void aWaitingPodIsSmall() throws Exception {
    try (ShimBench bench = ShimBench.open(ShimBench.pod())) {
      List<Shim> shims = new ArrayList<>();
      for (int i = 0; i < PODS; i++) {
        ShimSpec spec = new ShimSpec("p" + i, bench.dir.resolve("s" + i).toString(), List.of());
        Shim shim = bench.launcher.launch(spec, bench);
        shims.add(shim);
        shim.preparePod(ShimBench.pod()).close();
        shim.create(bench.plan("c" + i, "echo x; exec sleep 1000"));
        shim.start("c" + i);
      }
      Thread.sleep(1500);
      long total = 0;
      for (Shim shim : shims) {
        total += memory(shim.pid());
        shim.end(true);
      }
      System.out.printf("measured: memory of a pod's shim: %d KiB%n", total / PODS);
      assertThat(total / PODS).isLessThan(150);
    }
  }

  /** PSS, page tables and kernel stacks, KiB. */
  private static long memory(int pid) throws Exception {
    Map<String, Long> status = kib(Path.of("/proc/" + pid + "/status"));
    long pss = kib(Path.of("/proc/" + pid + "/smaps_rollup")).getOrDefault("Pss", 0L);
    long tables = status.getOrDefault("VmPTE", 0L);
    long threads = status.getOrDefault("Threads", 1L);
    System.out.printf(
        "measured: shim: PSS %d KiB, page tables %d, %d threads%n", pss, tables, threads);
    return pss + tables + threads * KERNEL_STACK_KIB;
  }

  private static Map<String, Long> kib(Path file) throws Exception {
    Map<String, Long> values = new java.util.HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split("[:\\s]+", -1);
      if (parts.length >= 2 && parts[1].matches("\\d+")) {
        values.put(parts[0], Long.parseLong(parts[1]));
      }
    }
    return values;
  }

  @Test
  void createAndStartAreQuick() throws Exception {
    List<Long> launches = new ArrayList<>();
    List<Long> prepares = new ArrayList<>();
    List<Long> creates = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    List<Long> execs = new ArrayList<>();
    try (ShimBench bench = ShimBench.open(ShimBench.pod())) {
      for (int i = 0; i < ROUNDS; i++) {
        ShimSpec spec = new ShimSpec("p" + i, bench.dir.resolve("s" + i).toString(), List.of());
        long begin = System.nanoTime();
        Shim shim = bench.launcher.launch(spec, bench);
        launches.add(System.nanoTime() - begin);
        begin = System.nanoTime();
        shim.preparePod(ShimBench.pod()).close();
        prepares.add(System.nanoTime() - begin);
        String id = "c" + i;
        ContainerPlan plan = bench.plan(id, ShimBench.process("/bin/sleep", "1000"));
        begin = System.nanoTime();
        shim.create(plan);
        creates.add(System.nanoTime() - begin);
        begin = System.nanoTime();
        shim.start(id);
        starts.add(System.nanoTime() - begin);
        begin = System.nanoTime();
        ExecPlan exec = new ExecPlan(id, "e", ShimBench.process("/bin/true"), false, List.of());
        shim.exec(exec, null, null, null).exit().get(10, TimeUnit.SECONDS);
        execs.add(System.nanoTime() - begin);
        shim.end(true);
        shim.close();
      }
    }
    print("launch", launches);
    print("prepare pod", prepares);
    print("create", creates);
    print("start", starts);
    print("exec true to its exit", execs);
  }

  private static void print(String what, List<Long> nanos) {
    Collections.sort(nanos);
    System.out.printf(
        "measured: %s: least %d us, p50 %d us, p90 %d us%n",
        what,
        nanos.getFirst() / 1000,
        nanos.get(ROUNDS / 2) / 1000,
        nanos.get(ROUNDS * 9 / 10) / 1000);
  }

  @Test
  void outputReachesTheLogQuickly() throws Exception {
    measureLog("lines of 100 bytes, 4 KiB a write", "yes " + "x".repeat(99));
    measureLog("64 KiB writes", "dd if=/dev/zero bs=65536");
  }

  private static void measureLog(String what, String script) throws Exception {
    Path log = Path.of("/dev/shm/berth-log-" + ProcessHandle.current().pid());
    try (ShimBench bench = ShimBench.open(ShimBench.pod())) {
      StdioPlan stdio = new StdioPlan(log.toString(), false, false, 16384);
      bench.shim.create(PlanEdit.of(bench.plan("c1", "exec " + script)).stdio(stdio).plan());
      long begin = System.nanoTime();
      bench.shim.start("c1");
      Thread.sleep(1000);
      bench.shim.kill("c1");
      bench.awaitExit("c1");
      long took = System.nanoTime() - begin;
      System.out.printf(
          "measured: log of %s: %d MB/s in the file%n", what, Files.size(log) * 1000 / took);
    } finally {
      Files.deleteIfExists(log);
    }
  }
}
