package dev.berth.state;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives creation times that strictly grow, even when the wall clock steps back.
 *
 * <p>The kubelet takes the newest of several attempts by comparing {@code created_at}.
 */
public final class CreationClock {
  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  public CreationClock(Clock clock) {
    this.clock = clock;
  }

  /** A creation time after all those given before, in nanoseconds since the epoch. */
  public long next() {
    return last.updateAndGet(previous -> Math.max(previous + 1, now()));
  }

  /** The wall clock's time in nanoseconds since the epoch; may step. */
  public long now() {
    Instant instant = clock.instant();
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }

  /** Takes note of a time given by an earlier daemon. */
  public void seen(long createdAt) {
    last.accumulateAndGet(createdAt, Math::max);
  }
}
