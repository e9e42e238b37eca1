package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.shim.ShimBench.Output;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More processes in a running container. */
final class ShimExecKernelTest {
  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod());
    bench.shim.create(bench.plan("c1", ShimBench.process("/bin/sleep", "1000")));
    bench.shim.start("c1");
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  private Output sh(String script) throws Exception {
    return bench.exec("c1", "e" + System.nanoTime(), ShimBench.process("/bin/sh", "-c", script));
  }

  @Test
  void givesOutputAndExitCode() throws Exception {
    Output output = sh("echo out; echo err >&2; exit 6");
    assertThat(output.stdout()).isEqualTo("out\n");
    assertThat(output.stderr()).isEqualTo("err\n");
    assertThat(output.exit().status()).isEqualTo(6);
  }

  @Test
  void isInsideTheContainer() throws Exception {
    assertThat(sh("cat /proc/1/cmdline; hostname; ls /proc/self/fd | wc -l").stdout())
        .isEqualTo("/bin/sleep\0" + "1000\0pod-host\n4\n");
    assertThat(sh("for n in net ipc uts pid mnt; do readlink /proc/self/ns/$n; done").stdout())
        .isEqualTo(sh("for n in net ipc uts pid mnt; do readlink /proc/1/ns/$n; done").stdout());
  }

  @Test
  void hasTheCapabilitiesOfItsPlan() throws Exception {
    assertThat(sh("grep -E 'Cap(Inh|Eff|Bnd)' /proc/self/status").stdout())
        .contains("CapInh:\t0000000000000000")
        .contains("CapEff:\t00000000a80425fb")
        .contains("CapBnd:\t00000000a80425fb");
  }

  @Test
  void aPlainUserMayReopenItsOutput() throws Exception {
    ProcessPlan process =
        PlanEdit.as(
            ShimBench.process("/bin/sh", "-c", "id -u; echo again > /proc/self/fd/1"),
            new UserPlan(1234, 1234, List.of()),
            CapabilitySets.NONE,
            true);
    Output output = bench.exec("c1", "e1", process);
    assertThat(output.stdout()).isEqualTo("1234\nagain\n");
  }

  @Test
  void aMissingCommandIsTheCallersMistake() {
    ShimFailure failure =
        catchThrowableOfType(
            ShimFailure.class, () -> bench.exec("c1", "e", ShimBench.process("no-such")));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(failure.detail()).isEqualTo("no-such");
  }

  @Test
  void canBeKilled() throws Exception {
    ExecPlan plan =
        new ExecPlan("c1", "e1", ShimBench.process("/bin/sleep", "1000"), false, List.of());
    ExecHandle handle = bench.shim.exec(plan, null, null, null);
    bench.shim.killExec("c1", "e1");
    ExitRecord exit = handle.exit().get(10, TimeUnit.SECONDS);
    assertThat(exit.signal()).isEqualTo(9);
    bench.shim.killExec("c1", "e1");
    bench.shim.killExec("unknown", "e1");
  }

  @Test
  void endsWithItsContainer() throws Exception {
    ExecPlan plan =
        new ExecPlan("c1", "e1", ShimBench.process("/bin/sleep", "1000"), false, List.of());
    ExecHandle handle = bench.shim.exec(plan, null, null, null);
    bench.shim.kill("c1");
    assertThat(handle.exit().get(10, TimeUnit.SECONDS).signal()).isEqualTo(9);
  }

  @Test
  void needsARunningContainer() throws Exception {
    bench.shim.create(bench.plan("c2", "true"));
    ShimFailure waiting =
        catchThrowableOfType(
            ShimFailure.class, () -> bench.exec("c2", "e", ShimBench.process("true")));
    assertThat(waiting.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
    bench.shim.start("c2");
    bench.awaitExit("c2");
    ShimFailure gone =
        catchThrowableOfType(
            ShimFailure.class, () -> bench.exec("c2", "e", ShimBench.process("true")));
    assertThat(gone.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
    ShimFailure unknown =
        catchThrowableOfType(
            ShimFailure.class, () -> bench.exec("c9", "e", ShimBench.process("true")));
    assertThat(unknown.kind()).isEqualTo(ShimFailure.Kind.NOT_FOUND);
  }

  @Test
  void aThousandInARowLeaveNothing() throws Exception {
    for (int i = 0; i < 1000; i++) {
      ExecPlan plan = new ExecPlan("c1", "e" + i, ShimBench.process("/bin/true"), false, List.of());
      ExecHandle handle = bench.shim.exec(plan, null, null, null);
      assertThat(handle.exit().get(10, TimeUnit.SECONDS).status()).isZero();
    }
    assertThat(sh("ls -d /proc/[0-9]* | wc -l").stdout().strip()).isLessThanOrEqualTo("4");
  }
}
