package dev.berth.telemetry;

import dev.berth.steps.Steps;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request that has ended.
 *
 * @param method the RPC's bare name
 * @param id what the log calls it by
 * @param podId empty when it was about no pod, like {@code containerId}
 * @param beganAt nanoseconds since the epoch
 * @param begun as {@link System#nanoTime} tells it: what the runs' begin compares with
 * @param failure null when it succeeded
 * @param runs the operations it ran, in the order in which they ended
 * @param traceparent what its client sent as W3C trace context, or null
 */
public record Call(
    String method,
    String id,
    String podId,
    String containerId,
    long beganAt,
    long begun,
    Duration took,
    @Nullable Throwable failure,
    List<Steps.Run> runs,
    @Nullable String traceparent) {

  public Call {
    runs = List.copyOf(runs);
  }

  /** Its failure's message; empty when it succeeded. */
  public String failureText() {
    return failure == null ? "" : String.valueOf(failure.getMessage());
  }
}
