package dev.berth.e2e;

import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.machine.MachineState;
import dev.berth.e2e.machine.WatchedDaemon;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Compares the machine before and after. What the kernel is allowed to finish behind an answer
 * (links of ended pods) gets a moment; then anything new is a leak.
 *
 * <p>The system property {@code berth.e2e.shared=true} looks only at what carries a mark of the
 * watched daemons, for machines on which others work at the same time.
 */
final class LeakGuard {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final boolean SHARED = Boolean.getBoolean("berth.e2e.shared");

  private final Supplier<List<DaemonProcess>> daemons;
  private MachineState before;

  /** Takes the first look. */
  LeakGuard(Supplier<List<DaemonProcess>> daemons) {
    this.daemons = daemons;
    this.before = look();
  }

  /** Takes what is there now as the state to compare with. */
  void begin() {
    before = look();
  }

  /** Fails with every new fact that stays. */
  void check(String what) {
    NavigableSet<String> left = awaitNothingNew();
    if (!left.isEmpty()) {
      throw new AssertionError(what + " left behind:\n  " + String.join("\n  ", left));
    }
  }

  private NavigableSet<String> awaitNothingNew() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    NavigableSet<String> left = look().since(before);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new TreeSet<>(left);
      }
      left = look().since(before);
    }
    return left;
  }

  private MachineState look() {
    return MachineState.now(daemons.get().stream().map(LeakGuard::watched).toList(), SHARED);
  }

  private static WatchedDaemon watched(DaemonProcess daemon) {
    var settings = daemon.settings();
    return new WatchedDaemon(
        daemon.alive() ? daemon.pid() : 0,
        daemon.instance(),
        settings.home(),
        settings.root(),
        settings.state());
  }
}
