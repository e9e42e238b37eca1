package dev.berth.e2e.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.registry.StaticProgram;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fallback of {@code docs/kernels.md}, forced: the same tests where the calls that newer
 * kernels have are refused as an older one would.
 */
class OldKernelIT {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  @ParameterizedTest
  @ValueSource(strings = {"5.14", "6.6"})
  void theSameTestsPassWithoutTheNewerCalls(String age) throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Path folder = Files.createTempDirectory("berth-old-kernel");
    try {
      Path program = folder.resolve("old-kernel");
      Files.write(program, StaticProgram.compile("old-kernel"));
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      Path answers = folder.resolve("answers");
      List<String> command = new ArrayList<>(List.of(program.toString(), age, answers.toString()));
      command.addAll(
          TestCommand.of(
              folder.resolve("reports"),
              List.of(),
              "dev.berth.shim.ShimLifecycleKernelTest",
              "dev.berth.shim.ShimIsolationKernelTest",
              "dev.berth.shim.ShimErrorsKernelTest",
              "dev.berth.shim.ShimSharedPidKernelTest"));
      run(command, folder.resolve("output"));
      GuestReport report = GuestReport.read(folder.resolve("reports").resolve(TestCommand.REPORT));
      assertThat(report.failed()).isEmpty();
      assertThat(report.passed()).hasSizeGreaterThan(20);
      assertThat(answers(answers, age)).allSatisfy((call, times) -> assertThat(times).isPositive());
    } finally {
      Folders.delete(folder);
    }
  }

  /** How often each call was refused that this age does not have. */
  private static Map<String, Long> answers(Path file, String age) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.split(" ", -1))
        .filter(line -> !(age.equals("6.6") && line[0].endsWith("-6.5")))
        .collect(Collectors.toMap(line -> line[0], line -> Long.valueOf(line[1])));
  }

  private static void run(List<String> command, Path output) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile())
            .start();
    int _ = UmlGuest.await(process, LONGEST);
  }
}
