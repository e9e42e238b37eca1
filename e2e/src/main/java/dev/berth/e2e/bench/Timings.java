package dev.berth.e2e.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** What each step of one life took, in nanoseconds. */
final class Timings {
  private final Map<Call, Long> nanos = new EnumMap<>(Call.class);

  /** Runs a step and keeps its time. */
  <T> T time(Call call, Supplier<T> step) {
    long begun = System.nanoTime();
    T result = step.get();
    nanos.put(call, System.nanoTime() - begun);
    return result;
  }

  /** Keeps a sum of steps that ran. */
  void sum(Call total, Call... parts) {
    nanos.put(total, Arrays.stream(parts).mapToLong(this::nanos).sum());
  }

  /** Keeps a time that was taken elsewhere. */
  void set(Call call, long taken) {
    nanos.put(call, taken);
  }

  long nanos(Call call) {
    Long taken = nanos.get(call);
    if (taken == null) {
      throw new IllegalStateException(call + " was not timed");
    }
    return taken;
  }
}
