package dev.berth.telemetry;

import dev.berth.steps.Steps;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a request that took long, once, with what its steps took.
 *
 * <p>Requests that take as long as somebody else's work are left out: a pull, a stop with its grace
 * period, a command inside.
 */
public final class SlowRequests implements Consumer<Call> {
  private static final Logger LOG = LoggerFactory.getLogger(SlowRequests.class);

  private static final Set<String> OTHERS_WORK =
      Set.of("PullImage", "StopContainer", "ExecSync", "CheckpointContainer");

  private volatile Duration threshold;

  /** Slow is what takes longer than this; zero switches it off. */
  public SlowRequests(Duration threshold) {
    this.threshold = threshold;
  }

  /** Slow is what takes longer than this from now on; zero switches it off. */
  public void threshold(Duration now) {
    threshold = now;
  }

  @Override
  public void accept(Call call) {
    Duration threshold = this.threshold;
    if (!threshold.isZero()
        && call.took().compareTo(threshold) > 0
        && !OTHERS_WORK.contains(call.method())) {
      LOG.warn("{} took {} ms:{}", call.method(), call.took().toMillis(), table(call));
    }
  }

  /** One line, as every message of the log: {@code intent 0.2, shim 3.1}. */
  static String table(Call call) {
    StringBuilder line = new StringBuilder();
    for (Steps.Run run : call.runs()) {
      line.append(' ').append(run.operation()).append('[');
      String between = "";
      for (Steps.Timing step : run.steps()) {
        line.append(between).append(step.step()).append(' ');
        line.append("%.1f".formatted(step.tookNanos() / 1e6));
        line.append(step.failed() ? " failed" : "");
        between = ", ";
      }
      line.append(']');
    }
    return line.isEmpty() ? " no steps" : line.toString();
  }
}
