package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A container's life on a hand-made root, for real. */
final class ShimLifecycleKernelTest {

  @Test
  void runsToItsExitCodeAndLogsWhatItSaid() throws Exception {
    try (ShimBench bench = ShimBench.open(ShimBench.pod())) {
      ContainerPlan plan = bench.plan("c1", "echo hello; echo oops >&2; exit 7");
      ExitRecord exit = bench.run(plan);
      assertThat(exit.status()).isEqualTo(7);
      assertThat(exit.signal()).isZero();
      assertThat(ShimBench.content(bench.log("c1"))).isEqualTo("hello\noops\n");
    }
  }
}
