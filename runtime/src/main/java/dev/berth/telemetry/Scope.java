package dev.berth.telemetry;

import dev.berth.steps.Steps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request that the thread works on, for lines of the log: what it writes until its next request
 * belongs to this one.
 */
public final class Scope {
  private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

  /** A request of hundreds of operations is none of ours. */
  private static final int MOST_RUNS = 64;

  private final String requestId;
  private final String podId;
  private final String containerId;
  private final List<Steps.Run> runs = new ArrayList<>();

  Scope(String requestId, String podId, String containerId) {
    this.requestId = requestId;
    this.podId = podId;
    this.containerId = containerId;
  }

  /** The thread's; null on a thread that answers no requests. */
  public static @Nullable Scope current() {
    return CURRENT.get();
  }

  void enter() {
    CURRENT.set(this);
  }

  void ran(Steps.Run run) {
    if (runs.size() < MOST_RUNS) {
      runs.add(run);
    }
  }

  List<Steps.Run> runs() {
    return runs;
  }

  public String requestId() {
    return requestId;
  }

  /** Empty when the request names no pod. */
  public String podId() {
    return podId;
  }

  /** Empty when the request names no container. */
  public String containerId() {
    return containerId;
  }
}
