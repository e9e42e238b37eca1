package dev.berth.daemon;

import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.rpc.CriChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that the daemon is alive, for as long as its socket answers: a process
 * that runs and answers nobody is to be started again. Its pods do not notice.
 *
 * <p>sd_watchdog_enabled(3); the question is asked anew each time, over a connection of its own.
 */
public final class Watchdog {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  private final String manager;
  private final Path socket;
  private final Duration within;

  private Watchdog(String manager, Path socket, Duration within) {
    this.manager = manager;
    this.socket = socket;
    this.within = within;
  }

  /** A watchdog if the manager wants one of this process. */
  public static Optional<Watchdog> fromEnvironment(String manager, Path socket) {
    return wanted(System.getenv(), ProcessHandle.current().pid())
        .map(within -> new Watchdog(manager, socket, within));
  }

  /**
   * How long the manager waits for a sign of life; empty when it does not wait for this process.
   *
   * @param environment {@code WATCHDOG_USEC} and {@code WATCHDOG_PID}
   */
  static Optional<Duration> wanted(Map<String, String> environment, long pid) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    String of = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
    if (!micros.matches("[1-9][0-9]{0,15}") || !of.equals(Long.toString(pid))) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000));
  }

  /** Gives signs of life until the process ends, the first one at once. */
  public void begin() {
    Thread.ofPlatform().name("berth-watchdog").daemon().start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        if (answers(socket, within.dividedBy(4))) {
          ServiceNotice.send(manager, "WATCHDOG=1");
        }
        Thread.sleep(within.dividedBy(3));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the socket answers Version in time. */
  static boolean answers(Path socket, Duration patience) {
    try (CriChannel channel = new CriChannel(socket)) {
      var _ =
          RuntimeServiceGrpc.newBlockingStub(channel.channel())
              .withDeadlineAfter(patience)
              .version(VersionRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      LOG.error("ask {} for a sign of life: {}", socket, e.getStatus());
      return false;
    }
  }
}
