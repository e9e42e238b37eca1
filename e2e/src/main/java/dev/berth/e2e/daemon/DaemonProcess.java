package dev.berth.e2e.daemon;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One daemon over any number of starts: the folders stay, the process changes. Not thread-safe.
 *
 * <p>Closing ends the process like an administrator would (SIGTERM) and leaves the folders; a
 * daemon still there when this JVM ends is killed.
 */
public final class DaemonProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final String READY = "listening";

  private final DaemonSettings settings;
  private final String instance;
  private final Thread hook = new Thread(this::killAtExit, "daemon-end");
  private @Nullable Process process;
  private Duration startup = Duration.ZERO;

  /** A daemon that is not started yet; makes its root folder, by which it is told from others. */
  public DaemonProcess(DaemonSettings settings) throws IOException {
    this.settings = settings;
    Files.createDirectories(settings.root());
    this.instance = InstanceId.of(settings.root());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** How it is started. */
  public DaemonSettings settings() {
    return settings;
  }

  /** The instance id that its names on the machine carry. */
  public String instance() {
    return instance;
  }

  /** Process id of the daemon's JVM. */
  public long pid() {
    return running().pid();
  }

  /** Time from the last start to the line that says it listens. */
  public Duration startup() {
    return startup;
  }

  /** Whether the process lives. */
  public boolean alive() {
    return process != null && process.isAlive();
  }

  /** Everything that the daemon has written, over all its starts. */
  public String log() throws IOException {
    return Files.exists(settings.log()) ? Files.readString(settings.log()) : "";
  }

  /**
   * Starts the daemon and waits until it says that it listens.
   *
   * @throws IOException when it ends or stays silent, with its output
   */
  public DaemonProcess start() throws IOException {
    if (alive()) {
      throw new IllegalStateException("the daemon of " + settings.home() + " runs already");
    }
    long before = Files.exists(settings.log()) ? Files.size(settings.log()) : 0;
    long begun = System.nanoTime();
    process = launch();
    awaitReady(before, begun + START.toNanos());
    startup = Duration.ofNanos(System.nanoTime() - begun);
    return this;
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() throws IOException {
    running().destroyForcibly();
    awaitEnd();
  }

  /**
   * SIGTERM; returns the exit code.
   *
   * @throws IOException when it does not end in time; it is killed then
   */
  public int terminate() throws IOException {
    running().destroy();
    return awaitEnd();
  }

  /** Kills it and starts it again on the same folders. */
  public void killAndRestart() throws IOException {
    kill();
    start();
  }

  @Override
  public void close() {
    try {
      if (alive()) {
        terminate();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!Thread.currentThread().equals(hook)) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private Process launch() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(settings.command());
    File log = settings.log().toFile();
    builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log));
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.environment().putAll(settings.environment());
    return builder.start();
  }

  private void awaitReady(long offset, long deadline) throws IOException {
    while (System.nanoTime() < deadline) {
      if (saidSince(offset).contains(READY)) {
        return;
      }
      if (!alive()) {
        throw new IOException("the daemon ended at its start: " + saidSince(offset));
      }
      pause();
    }
    running().destroyForcibly();
    throw new IOException(
        "no line with '" + READY + "' within " + START + ": " + saidSince(offset));
  }

  private String saidSince(long offset) throws IOException {
    Path log = settings.log();
    if (!Files.exists(log)) {
      return "";
    }
    byte[] all = Files.readAllBytes(log);
    int from = (int) Math.min(offset, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  private int awaitEnd() throws IOException {
    Process ending = running();
    try {
      if (ending.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        return ending.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the daemon ends");
    }
    ending.destroyForcibly();
    throw new IOException("the daemon of " + settings.home() + " did not end within " + STOP);
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("the daemon of " + settings.home() + " was never started");
    }
    return process;
  }

  private void killAtExit() {
    if (alive()) {
      running().destroyForcibly();
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the daemon starts");
    }
  }
}
