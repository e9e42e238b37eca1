package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The helper that made a container may still be ending, with its end of the channel open, when the
 * container has run and is over: a busy kernel can take long to let go of a mount. A shim is built
 * whose helpers all take three seconds to end. Needs root and a C compiler.
 */
final class ShimSlowHelperKernelTest {
  private static final String LINGERS = "-DHELPER_LINGERS_US=3000000";

  @TempDir static Path folder;
  private static Path program;
  private ShimBench bench;

  @BeforeAll
  static void build() throws Exception {
    ShimBench.requireMachine();
    program = folder.resolve("berth-shim");
    Process make =
        new ProcessBuilder(
                "make", "-s", "OUT=" + folder, "SHIM_DEFINES=" + LINGERS, program.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(make.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(make.exitValue()).as(said).isZero();
  }

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod(), program);
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  @Test
  void aStartIsAnsweredThoughTheContainerIsOverBeforeItsHelper() throws Exception {
    ExitRecord exit = bench.run(bench.plan("c1", "exit 7"));
    assertThat(exit.status()).isEqualTo(7);
    assertThat(exit.reason()).isEmpty();
    bench.shim.remove("c1");
    assertThat(bench.shim.inventory().containers()).isEmpty();
  }

  @Test
  void aStartThatFailsSaysWhy() throws Exception {
    bench.shim.create(bench.plan("c1", ShimBench.process("/bin/garbage")));
    assertThat(catchThrowable(() -> bench.shim.start("c1")))
        .isInstanceOf(ShimFailure.class)
        .hasMessageContaining("/bin/garbage");
  }

  @Test
  void oneThatIsRemovedBeforeItsStartIsGone() throws Exception {
    bench.shim.create(bench.plan("c1", "sleep 1000"));
    bench.shim.remove("c1");
    assertThat(bench.shim.inventory().containers()).isEmpty();
  }
}
