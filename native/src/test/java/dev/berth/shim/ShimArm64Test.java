package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shim for arm64, built by a cross compiler and run by an emulator of its instructions on this
 * kernel. Reading plans and the start can be seen so; namespaces, clone3 and serving, which the
 * emulator does not do, cannot.
 */
class ShimArm64Test {
  private static final String EMULATOR = "/usr/bin/qemu-aarch64-static";
  private static final Path GOLDEN = Path.of("src/test/resources/dev/berth/shim");
  private static final String SHIM = "target/shim/arm64/berth-shim";

  @TempDir Path dir;

  @BeforeAll
  static void build() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/aarch64-linux-gnu-gcc")),
        "needs a cross compiler (package gcc-aarch64-linux-gnu)");
    assumeTrue(Files.isExecutable(Path.of(EMULATOR)), "needs qemu-user-static");
    Ended made = run(List.of("make", "-s", "arm64"));
    assertThat(made.code()).as(made.output()).isZero();
  }

  private record Ended(int code, String output) {}

  private static Ended run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod", "container", "exec"})
  void readsPlansAsOnX86(String kind) throws Exception {
    Ended dump =
        run(
            List.of(
                EMULATOR,
                "target/shim/arm64/plan-dump",
                GOLDEN.resolve("plan-" + kind + ".bin").toString()));
    assertThat(dump.output()).isEqualTo(Files.readString(GOLDEN.resolve("plan-" + kind + ".txt")));
  }

  @Test
  void isForArm64AndSaysHowItIsUsed() throws Exception {
    byte[] head = Files.readAllBytes(Path.of(SHIM));
    assertThat(head[18]).as("e_machine of elf(5)").isEqualTo((byte) 183);
    Ended usage = run(List.of(EMULATOR, SHIM));
    assertThat(usage.code()).isEqualTo(2);
    assertThat(usage.output()).startsWith("berth-shim --pod ID --socket PATH");
  }

  @Test
  void makesItsSocketBeforeItsStarterIsGone() throws Exception {
    Path socket = dir.resolve("shim.sock");
    Ended started = run(List.of(EMULATOR, SHIM, "--pod", "arm", "--socket", socket.toString()));
    assertThat(started.code()).as(started.output()).isZero();
    assertThat(Files.getPosixFilePermissions(socket))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }
}
