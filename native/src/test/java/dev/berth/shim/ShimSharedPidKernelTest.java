package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods whose containers see each other's processes. */
final class ShimSharedPidKernelTest {
  private static final Namespaces SHARED = pid(NamespaceMode.POD, null);
  private static final long EVERYTHING = 0x1feffffffL;

  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench =
        ShimBench.open(
            new PodPlan(true, true, true, true, "shared", PodPlan.DEFAULT_SHM_BYTES, Map.of()));
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  private static Namespaces pid(
      NamespaceMode mode, @org.jspecify.annotations.Nullable String target) {
    return new Namespaces(
        NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, mode, NamespaceMode.NEW, target);
  }

  @Test
  void containersSeeEachOtherBelowAReaper() throws Exception {
    bench.shim.create(
        PlanEdit.of(bench.plan("a", ShimBench.process("/bin/sleep", "1000")))
            .namespaces(SHARED)
            .plan());
    bench.shim.start("a");
    ContainerPlan looks =
        PlanEdit.of(bench.plan("b", "cat /proc/1/comm; cat /proc/[0-9]*/comm; echo $$"))
            .namespaces(SHARED)
            .plan();
    String said = bench.output(looks);
    assertThat(said).startsWith("pause\n").contains("sleep\n");
    assertThat(said.strip()).doesNotEndWith("\n1");
  }

  /** With every capability, nothing of the machine is in reach through a process of ours. */
  @Test
  void thereIsNothingOfOursToGrab() throws Exception {
    ContainerPlan waits =
        PlanEdit.of(bench.plan("waiting", "sleep 1000")).namespaces(SHARED).plan();
    bench.shim.create(waits);
    String script =
        "for p in /proc/[0-9]*; do echo $p; ls $p/root/ $p/cwd/; readlink $p/fd/*; done 2>&1";
    ContainerPlan looks =
        PlanEdit.of(bench.plan("b", script))
            .namespaces(SHARED)
            .process(
                p -> PlanEdit.as(p, p.user(), CapabilitySets.of(EVERYTHING & ~(1L << 24)), false))
            .plan();
    String said = bench.output(looks);
    assertThat(said).contains("/proc/1\n");
    assertThat(said).doesNotContain("home\n").doesNotContain(bench.dir.toString());
    for (String line : said.split("\n", -1)) {
      if (line.contains("socket:")) {
        assertThat(line).startsWith("socket:");
      }
    }
  }

  @Test
  void orphansAreReaped() throws Exception {
    bench.shim.create(
        PlanEdit.of(bench.plan("a", "(sleep 0.2 &) ; (sleep 0.2 &); exec sleep 1000"))
            .namespaces(SHARED)
            .plan());
    bench.shim.start("a");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        bench
                            .exec(
                                "a",
                                "e" + System.nanoTime(),
                                ShimBench.process("/bin/sh", "-c", "cat /proc/[0-9]*/stat"))
                            .stdout())
                    .doesNotContain(") Z ")
                    .containsOnlyOnce("(sleep)"));
  }

  @Test
  void aTargetsProcessesCanBeJoined() throws Exception {
    bench.shim.create(bench.plan("a", ShimBench.process("/bin/sleep", "1000")));
    bench.shim.start("a");
    ContainerPlan joins =
        PlanEdit.of(bench.plan("b", "cat /proc/1/comm"))
            .namespaces(pid(NamespaceMode.TARGET, "a"))
            .plan();
    assertThat(bench.output(joins)).isEqualTo("sleep\n");
    ShimFailure failure =
        catchThrowableOfType(
            ShimFailure.class,
            () ->
                bench.shim.create(
                    PlanEdit.of(bench.plan("c", "true"))
                        .namespaces(pid(NamespaceMode.TARGET, "nobody"))
                        .plan()));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
    assertThat(Files.exists(bench.log("c"))).isTrue();
  }

  @Test
  void errorsComeOutOfABuilderToo() throws Exception {
    ContainerPlan plan =
        PlanEdit.of(bench.plan("a", ShimBench.process("no-such"))).namespaces(SHARED).plan();
    ShimFailure failure = catchThrowableOfType(ShimFailure.class, () -> bench.shim.create(plan));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(failure.detail()).isEqualTo("no-such");
  }
}
