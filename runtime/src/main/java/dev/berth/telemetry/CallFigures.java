package dev.berth.telemetry;

import dev.berth.fault.Fault;
import dev.berth.steps.Steps;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts requests by method and outcome, and what they and their steps took. */
final class CallFigures implements Consumer<Call> {
  private final Map<String, Histogram> methods = new ConcurrentSkipListMap<>();
  private final Map<Key, Histogram> steps = new ConcurrentSkipListMap<>();
  private final Map<Key, LongAdder> outcomes = new ConcurrentSkipListMap<>();

  /** Two words that count together. */
  record Key(String one, String other) implements Comparable<Key> {
    @Override
    public int compareTo(Key to) {
      int first = one.compareTo(to.one);
      return first == 0 ? other.compareTo(to.other) : first;
    }
  }

  @Override
  public void accept(Call call) {
    long took = call.took().toNanos();
    methods.computeIfAbsent(call.method(), _ -> new Histogram()).add(took);
    outcomes
        .computeIfAbsent(new Key(call.method(), outcome(call)), _ -> new LongAdder())
        .increment();
    for (Steps.Run run : call.runs()) {
      for (Steps.Timing step : run.steps()) {
        steps
            .computeIfAbsent(new Key(run.operation(), step.step()), _ -> new Histogram())
            .add(step.tookNanos());
      }
    }
  }

  /** The class of the fault, which is the gRPC code. */
  private static String outcome(Call call) {
    if (call.failure() == null) {
      return "OK";
    }
    return call.failure() instanceof Fault fault ? fault.getClass().getSimpleName() : "Bug";
  }

  /** What requests took, by method. */
  void write(Exposition page) {
    page.family("berth_rpc_total", "counter", "Requests that have ended, by method and outcome.");
    outcomes.forEach(
        (key, count) ->
            page.row("berth_rpc_total", count.sum(), "method", key.one(), "code", key.other()));
    page.family("berth_rpc_duration_seconds", "histogram", "What requests took, by method.");
    methods.forEach(
        (method, took) -> page.histogram("berth_rpc_duration_seconds", took, "method", method));
    page.family("berth_step_duration_seconds", "histogram", "What steps of operations took.");
    steps.forEach(
        (key, took) ->
            page.histogram(
                "berth_step_duration_seconds", took, "operation", key.one(), "step", key.other()));
  }
}
