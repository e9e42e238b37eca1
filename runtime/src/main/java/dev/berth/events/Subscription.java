package dev.berth.events;

import dev.berth.cri.v1.ContainerEventResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.Source;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client's events that it has not read yet. */
final class Subscription implements Source<ContainerEventResponse> {
  private final int most;
  private final Consumer<Subscription> whenClosed;
  private final Deque<ContainerEventResponse> waiting = new ArrayDeque<>();
  private Runnable wake = () -> {};
  private boolean lost;

  /**
   * An empty one.
   *
   * @param most how many events may wait
   */
  Subscription(int most, Consumer<Subscription> whenClosed) {
    this.most = most;
    this.whenClosed = whenClosed;
  }

  /** One more event; when there is no room for it, it and all later ones are lost. */
  void add(ContainerEventResponse event) {
    Runnable told;
    synchronized (this) {
      if (waiting.size() >= most) {
        lost = true;
      } else if (!lost) {
        waiting.add(event);
      }
      told = wake;
    }
    told.run();
  }

  /** An event was lost on the way here. */
  void lose() {
    Runnable told;
    synchronized (this) {
      lost = true;
      told = wake;
    }
    told.run();
  }

  @Override
  public synchronized @Nullable ContainerEventResponse poll() {
    ContainerEventResponse next = waiting.poll();
    if (next == null && lost) {
      throw new Fault.ResourceExhausted(
          "events were lost: more than " + most + " waited to be read; list again");
    }
    return next;
  }

  @Override
  public boolean ended() {
    return false;
  }

  @Override
  public synchronized void whenReady(Runnable action) {
    wake = action;
  }

  @Override
  public void close() {
    whenClosed.accept(this);
  }
}
