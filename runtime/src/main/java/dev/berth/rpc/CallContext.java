package dev.berth.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a verb may know of the call that it answers: whether somebody still waits.
 *
 * <p>Cleanup must not look at it: what was begun is undone whoever waits.
 */
public final class CallContext {
  private final Context context;
  private final List<Runnable> afterwards = new ArrayList<>();
  private boolean returned;
  private boolean closed;

  CallContext(Context context) {
    this.context = context;
  }

  /** A caller that waits to the end; for tests and for calls that Berth makes to itself. */
  public static CallContext patient() {
    return new CallContext(Context.ROOT);
  }

  /** Whether the caller has gone away or its deadline has passed. */
  public boolean isCancelled() {
    return context.isCancelled();
  }

  /** The time until the caller's deadline, never negative; empty when it set none. */
  public Optional<Duration> remaining() {
    Deadline deadline = context.getDeadline();
    return deadline == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS))));
  }

  /**
   * Asks to be told when the caller goes away or its deadline passes.
   *
   * @param action run at most once, on the socket's thread, at once when that is already so; must
   *     not block
   * @return takes the wish back
   */
  public Registration onCancel(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    Context.CancellationListener listener =
        _ -> {
          if (done.compareAndSet(false, true)) {
            action.run();
          }
        };
    context.addListener(listener, Runnable::run);
    return () -> context.removeListener(listener);
  }

  /**
   * Does something when the verb has returned and its answer has left for the caller, or the caller
   * has gone. An answer that is large holds memory until then.
   *
   * @param action run once, on any thread; must not block
   */
  public void afterAnswer(Runnable action) {
    synchronized (afterwards) {
      afterwards.add(action);
    }
  }

  /** The verb has returned. */
  void returned() {
    finish(true, false);
  }

  /** The answer is out, or nobody waits for it any more. */
  void closed() {
    finish(false, true);
  }

  private void finish(boolean nowReturned, boolean nowClosed) {
    List<Runnable> due;
    synchronized (afterwards) {
      returned |= nowReturned;
      closed |= nowClosed;
      if (!returned || !closed) {
        return;
      }
      due = List.copyOf(afterwards);
      afterwards.clear();
    }
    due.forEach(Runnable::run);
  }

  /** A wish to be told. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
