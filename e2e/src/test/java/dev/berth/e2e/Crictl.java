package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.daemon.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tool that people use, against the daemon of a test. */
record Crictl(Testbed bed) {
  private static final Path PROGRAM = Repository.root().resolve("e2e/target/tools/crictl");

  static boolean isBuilt() {
    return Files.isExecutable(PROGRAM);
  }

  /** What it said on its output; it must succeed. */
  String says(String... words) throws IOException {
    Path problems = bed.home().resolve("crictl.err");
    Process process = builder(words).redirectError(problems.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(code(process))
        .as("crictl %s: %s", List.of(words), Files.readString(problems))
        .isZero();
    return output;
  }

  /** Its exit code and its output, both streams together, for this input. */
  String outcome(String input, String... words) throws IOException {
    Process process = begin(words);
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String plain =
        output
            .lines()
            .filter(line -> !line.startsWith("time=") || line.contains("level=fatal"))
            .reduce("", (all, line) -> all + line + "\n");
    return code(process) + " " + plain;
  }

  /** Starts it, both streams together. */
  Process begin(String... words) throws IOException {
    return builder(words).redirectErrorStream(true).start();
  }

  private ProcessBuilder builder(String... words) {
    String socket = "unix://" + bed.daemon().settings().socket();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(PROGRAM.toString(), "-r", socket, "-i", socket, "-t", "30s"));
    command.addAll(List.of(words));
    return new ProcessBuilder(command);
  }

  private static int code(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
