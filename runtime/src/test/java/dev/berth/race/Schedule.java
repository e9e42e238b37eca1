package dev.berth.race;

import dev.berth.steps.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of several participants of which only one moves at a time, from step to step. Which one
 * is decided by a list of choices; behind its end the one that moved goes on as long as it can.
 *
 * <p>A participant that waits for another one (it has joined its work, or awaits a state) is not in
 * the choice. When nobody can move and somebody has not ended, that is a deadlock.
 */
final class Schedule implements Faults {
  private static final long DEADLOCK_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long STABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** A choice that was made: one of how many, the first being the one that moved last. */
  record Decision(int chosen, int of, boolean lastCanMove) {}

  private static final class Participant {
    final Semaphore go = new Semaphore(0);
    volatile boolean atGate;
    volatile boolean ended;
    volatile Thread thread = Thread.currentThread();
  }

  private final List<Integer> choices;
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Participant> participants = new ArrayList<>();
  private final Map<Thread, Participant> byThread = new ConcurrentHashMap<>();

  Schedule(List<Integer> choices) {
    this.choices = List.copyOf(choices);
  }

  /** The choices of this run. */
  List<Decision> decisions() {
    return decisions;
  }

  @Override
  public void before(String operation, int number, String step) {
    Participant me = byThread.get(Thread.currentThread());
    if (me != null) {
      gate(me);
    }
  }

  private static void gate(Participant me) {
    me.atGate = true;
    me.go.acquireUninterruptibly();
  }

  /**
   * Runs all to their ends.
   *
   * @throws AssertionError on a deadlock
   */
  void run(List<Runnable> all) {
    all.forEach(this::start);
    int last = 0;
    while (true) {
      List<Integer> movable = settled(last);
      if (movable.isEmpty()) {
        return;
      }
      int chosen = choose(movable, movable.getFirst() == last);
      last = movable.get(chosen);
      Participant next = participants.get(last);
      next.atGate = false;
      next.go.release();
    }
  }

  private void start(Runnable work) {
    Participant me = new Participant();
    participants.add(me);
    me.thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  byThread.put(Thread.currentThread(), me);
                  gate(me);
                  try {
                    work.run();
                  } finally {
                    me.ended = true;
                  }
                });
  }

  private int choose(List<Integer> movable, boolean lastCanMove) {
    int wanted = decisions.size() < choices.size() ? choices.get(decisions.size()) : 0;
    int chosen = Math.min(wanted, movable.size() - 1);
    decisions.add(new Decision(chosen, movable.size(), lastCanMove));
    return chosen;
  }

  /** Waits until nobody moves; those who can be chosen, the one that moved last first. */
  private List<Integer> settled(int last) {
    long deadline = System.nanoTime() + DEADLOCK_NANOS;
    long quietSince = System.nanoTime();
    while (true) {
      boolean moving = participants.stream().anyMatch(Schedule::moves);
      boolean waiting = participants.stream().anyMatch(p -> !p.ended && !p.atGate);
      long now = System.nanoTime();
      if (moving) {
        quietSince = now;
      } else if (!waiting || now - quietSince > STABLE_NANOS) {
        List<Integer> movable = movable(last);
        if (!movable.isEmpty() || !waiting) {
          return movable;
        }
      }
      if (now > deadline) {
        throw new AssertionError("deadlock: " + stacks());
      }
      LockSupport.parkNanos(20_000);
    }
  }

  private static boolean moves(Participant p) {
    return !p.ended
        && !p.atGate
        && switch (p.thread.getState()) {
          case NEW, RUNNABLE, TERMINATED -> true;
          case BLOCKED, WAITING, TIMED_WAITING -> false;
        };
  }

  private List<Integer> movable(int last) {
    List<Integer> movable = new ArrayList<>();
    for (int i = 0; i < participants.size(); i++) {
      int index = (last + i) % participants.size();
      if (participants.get(index).atGate) {
        movable.add(index);
      }
    }
    return movable;
  }

  private String stacks() {
    StringBuilder out = new StringBuilder();
    for (Participant p : participants) {
      out.append(p.ended ? "\nended" : "\n" + List.of(p.thread.getStackTrace()));
    }
    return out.toString();
  }
}
