package dev.berth.cli;

import dev.berth.config.ConfigRefused;
import dev.berth.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A daemon of one's own, as a child process in directories of its own. */
final class DaemonChild implements AutoCloseable {
  /** The file in its home that has what it writes. */
  static final String LOG = "daemon.log";

  private static final Duration START = Duration.ofSeconds(60);

  private final Path home;
  private final List<String> options;
  private final Process process;

  private DaemonChild(Path home, List<String> options, Process process) {
    this.home = home;
    this.options = options;
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
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("--root", home.resolve("root").toString()));
    all.addAll(List.of("--state", home.resolve("state").toString()));
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "serve"));
    command.addAll(all);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(LOG).toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    DaemonChild child = new DaemonChild(home, all, process);
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

  private void awaitSocket() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!Files.exists(socket())) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        throw new IOException("the daemon did not listen");
      }
    }
  }

  /** Ends it, with SIGKILL when it takes too long, and removes what it left on the host. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Clean.clean(ServeOptions.parse(options, home.resolve("no-such-file")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | Fault | ServeOptions.Wrong | ConfigRefused e) {
      System.err.println("clean up after the daemon of " + home + ": " + e.getMessage());
    }
  }
}
