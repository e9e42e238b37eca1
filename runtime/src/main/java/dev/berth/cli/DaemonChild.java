package dev.berth.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A daemon of one's own, as a child process in directories of its own. */
final class DaemonChild implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final Path home;
  private final Process process;

  private DaemonChild(Path home, Process process) {
    this.home = home;
    this.process = process;
  }

  /**
   * Starts a daemon and waits until it listens.
   *
   * @param launcher {@code bin/berth}
   * @param home an empty directory for everything of it
   * @param options more options of {@code berth serve}
   * @throws IOException it ended or did not listen in time; the message has its last words
   */
  static DaemonChild start(Path launcher, Path home, List<String> options)
      throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(List.of(launcher.toString(), "serve"));
    command.addAll(List.of("--root", home.resolve("root").toString()));
    command.addAll(List.of("--state", home.resolve("state").toString()));
    command.addAll(options);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("daemon.log").toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    DaemonChild child = new DaemonChild(home, process);
    try {
      child.awaitSocket();
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
    return child;
  }

  /** Its CRI socket. */
  Path socket() {
    return home.resolve("state/berth.sock");
  }

  /** Its process id. */
  long pid() {
    return process.pid();
  }

  /** What it has written, without what came before its last lines. */
  List<String> lastWords() throws IOException {
    List<String> lines = Files.readAllLines(home.resolve("daemon.log"));
    return lines.subList(Math.max(0, lines.size() - 20), lines.size());
  }

  private void awaitSocket() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!Files.exists(socket())) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        throw new IOException(
            "the daemon did not listen; it said:\n  " + String.join("\n  ", lastWords()));
      }
    }
  }

  /** Ends it with SIGTERM, and with SIGKILL when it takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(15, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
