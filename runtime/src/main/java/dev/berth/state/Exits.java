package dev.berth.state;

import dev.berth.shim.ExitListener;
import dev.berth.shim.ExitRecord;
import dev.berth.shim.Shim;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what shims report, and makes it the state of containers and pods.
 *
 * <p>Threads: shims are read by one thread that must not wait, so everything is handed to one
 * thread of this class, which also keeps the order.
 */
public final class Exits implements ExitListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Exits.class);

  private static final int KILLED = 128 + Signals.KILL;

  private final Pods pods;
  private final OomVictims victims;
  private final CreationClock clock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("berth-exits").daemon().factory());
  private volatile Consumer<Sandbox> whenLost = sandbox -> {};

  public Exits(Pods pods, OomVictims victims, CreationClock clock) {
    this.pods = pods;
    this.victims = victims;
    this.clock = clock;
  }

  /** Sets what is done, on this class's thread, about a pod whose shim does not answer any more. */
  public void whenLost(Consumer<Sandbox> action) {
    whenLost = action;
  }

  @Override
  public void exited(Shim shim, String containerId, ExitRecord exit) {
    thread.execute(() -> ended(containerId, exit));
  }

  @Override
  public void lost(Shim shim) {
    String podId = shim.podId();
    thread.execute(
        () ->
            pods.anySandboxes().stream()
                .filter(s -> s.id().equals(podId))
                .findAny()
                .ifPresent(this::lost));
  }

  private void lost(Sandbox sandbox) {
    try {
      whenLost.accept(sandbox);
    } catch (RuntimeException e) {
      LOG.warn("pod {}: its shim is gone and cleaning up failed", sandbox.id(), e);
    }
  }

  /** Applies an exit that a shim recorded; one of a container that is forgotten is dropped. */
  public void ended(String containerId, ExitRecord exit) {
    pods.findContainer("container_id", containerId)
        .ifPresent(
            c ->
                c.ended(
                    exit.status(),
                    reason(exit),
                    message(containerId, exit),
                    exit.finishedAtNanos()));
  }

  /** Counters have how many were killed; who it was only the kernel's log has. */
  private String message(String containerId, ExitRecord exit) {
    return exit.oomKilled()
        ? victims
            .of(containerId)
            .orElse("out of memory, the kernel killed " + exit.oomKills() + " processes")
        : exit.reason();
  }

  /** A container whose end nobody recorded: its shim was killed, or the machine rebooted. */
  public void vanished(Container container, String message) {
    container.ended(KILLED, "Unknown", message, clock.now());
  }

  private static String reason(ExitRecord exit) {
    if (exit.oomKilled()) {
      return "OOMKilled";
    }
    return exit.status() == 0 ? "Completed" : "Error";
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
