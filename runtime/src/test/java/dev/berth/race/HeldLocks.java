package dev.berth.race;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The locks of Berth's own that the calling thread has: none may be held over a wait or a call
 * outside, and where one is taken under another it is in the order of ARCHITECTURE.md.
 */
final class HeldLocks {
  /** The monitors of that order, the first to be taken first. */
  private static final List<String> ORDER =
      List.of("dev.berth.state.Sandbox", "dev.berth.state.StateCell");

  private HeldLocks() {}

  /**
   * Checks that there is none.
   *
   * @throws AssertionError when there is one
   */
  static void none(String where) {
    List<String> held = new ArrayList<>(monitors());
    for (LockInfo lock : mine().getLockedSynchronizers()) {
      if (lock.getClassName().startsWith("java.util.concurrent.locks")) {
        held.add(lock.getClassName());
      }
    }
    if (!held.isEmpty()) {
      throw new AssertionError(where + " with locks held: " + held);
    }
  }

  /**
   * Checks the order in which they were taken.
   *
   * @throws AssertionError when one was taken under another that comes after it, or under one of
   *     its own kind, as a cell under another cell
   */
  static void inOrder(String where) {
    List<Integer> ranks = monitors().stream().map(ORDER::indexOf).toList();
    if (!ranks.equals(ranks.stream().distinct().sorted().toList())) {
      throw new AssertionError(where + " with locks taken out of order: " + monitors());
    }
  }

  /** Those of the state, in the order in which they were taken. */
  private static List<String> monitors() {
    return Stream.of(mine().getLockedMonitors())
        .filter(m -> m.getClassName().startsWith("dev.berth.state"))
        .sorted(Comparator.comparingInt(MonitorInfo::getLockedStackDepth).reversed())
        .map(MonitorInfo::getClassName)
        .toList();
  }

  private static ThreadInfo mine() {
    long[] me = {Thread.currentThread().threadId()};
    return ManagementFactory.getThreadMXBean().getThreadInfo(me, true, true)[0];
  }
}
