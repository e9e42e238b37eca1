package dev.berth.telemetry;

import dev.berth.rpc.CallWatcher;
import dev.berth.steps.Steps;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts requests and the operations they run together. */
public final class Calls implements CallWatcher, Steps.Listener {
  private final Clock clock;
  private final UnaryOperator<String> podOfContainer;
  private final List<Consumer<Call>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong numbers = new AtomicLong();

  /**
   * With nobody who listens yet.
   *
   * @param podOfContainer the id of a container's pod, or an empty text
   */
  public Calls(Clock clock, UnaryOperator<String> podOfContainer) {
    this.clock = clock;
    this.podOfContainer = podOfContainer;
  }

  /** Gives every request that ends from now on, on the thread that answered it; must not wait. */
  public void listen(Consumer<Call> listener) {
    listeners.add(listener);
  }

  @Override
  public void ended(Steps.Run run) {
    Scope scope = Scope.current();
    if (scope != null) {
      scope.ran(run);
    }
  }

  @Override
  public Watched begin(String verb, Object request, @Nullable String traceparent) {
    String container = Subject.field(request, Subject.CONTAINER);
    String pod = Subject.field(request, Subject.POD);
    if (pod.isEmpty() && !container.isEmpty()) {
      pod = podOfContainer.apply(container);
    }
    Scope scope = new Scope(Long.toString(numbers.incrementAndGet(), 36), pod, container);
    scope.enter();
    long beganAt = now();
    long begun = System.nanoTime();
    return (response, failure) -> {
      Call call = call(verb, scope, response, failure, beganAt, begun, traceparent);
      listeners.forEach(listener -> listener.accept(call));
    };
  }

  private static Call call(
      String verb,
      Scope scope,
      @Nullable Object response,
      @Nullable Throwable failure,
      long beganAt,
      long begun,
      @Nullable String traceparent) {
    return new Call(
        verb,
        scope.requestId(),
        Subject.either(scope.podId(), Subject.field(response, Subject.POD)),
        Subject.either(scope.containerId(), Subject.field(response, Subject.CONTAINER)),
        beganAt,
        begun,
        Duration.ofNanos(System.nanoTime() - begun),
        failure,
        scope.runs(),
        traceparent);
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
