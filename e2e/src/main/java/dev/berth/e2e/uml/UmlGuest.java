package dev.berth.e2e.uml;

import dev.berth.e2e.daemon.Repository;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Guests over one folder, which they share with this machine: {@code $JOB} in the guest. One guest
 * at a time; not thread-safe.
 */
public final class UmlGuest {
  private static final Duration FETCH = Duration.ofMinutes(4);
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final Path job;
  private final Duration deadline;
  private final @Nullable Path disk;

  private UmlGuest(Path job, Duration deadline, @Nullable Path disk) {
    this.job = job;
    this.deadline = deadline;
    this.disk = disk;
  }

  /**
   * A guest without a disk.
   *
   * @param job folder that exists, shared with the guest
   * @param deadline the guest's, from its boot
   */
  public static UmlGuest in(Path job, Duration deadline) {
    return new UmlGuest(job, deadline, null);
  }

  /** The same with a disk, {@code /dev/ubda} in the guest. */
  public UmlGuest disk(Path image) {
    return new UmlGuest(job, deadline, image);
  }

  /**
   * Gets the kernel where it is not here yet.
   *
   * @return why there is none, empty when there is one
   */
  public static Optional<String> missing() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("a user-mode guest needs root");
    }
    Path said = Files.createTempFile("berth-uml", null);
    try {
      Process process =
          new ProcessBuilder(Repository.root().resolve("e2e/uml/kernel").toString())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      int exit = await(process, FETCH);
      return exit == 0 ? Optional.empty() : Optional.of(Files.readString(said).strip());
    } finally {
      Files.delete(said);
    }
  }

  /** Runs a command to its end. */
  public GuestResult run(String... command) throws IOException {
    return start(command).await();
  }

  /** Boots a guest that runs a command. */
  public Running start(String... command) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Repository.root().resolve("e2e/uml/run").toString());
    words.addAll(List.of("--job", job.toString()));
    words.addAll(List.of("--deadline", Long.toString(deadline.toSeconds())));
    if (disk != null) {
      words.addAll(List.of("--disk", disk.toString()));
    }
    words.add("--");
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.redirectOutput(job.resolve("output").toFile());
    builder.redirectError(job.resolve("errors").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return new Running(builder.start());
  }

  /** The exit code; past the time it and all it started are killed, and it is 124. */
  static int await(Process process, Duration longest) throws IOException {
    try {
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        kill(process);
        return 124;
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a guest runs");
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** A guest that was booted. */
  public final class Running {
    private final Process process;

    private Running(Process process) {
      this.process = process;
    }

    /** Waits for the command's end. */
    public GuestResult await() throws IOException {
      int exit = UmlGuest.await(process, deadline.plus(SLACK));
      return new GuestResult(exit, output(), read("errors") + read("boot"));
    }

    /** What the command has written so far. */
    public String output() throws IOException {
      return read("output");
    }

    /** Whether the guest is still up. */
    public boolean alive() {
      return process.isAlive();
    }

    /**
     * Pulls the plug: what the guest's kernel has not written to its disk is lost.
     *
     * @return what the command had written by then
     */
    public String cutPower() throws IOException {
      kill(process);
      UmlGuest.await(process, SLACK);
      return output();
    }

    private String read(String name) throws IOException {
      Path file = job.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    }
  }
}
