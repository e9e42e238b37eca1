package dev.berth.state;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One object's state: computed by a pure function, written down, then published.
 *
 * <p>Readers never wait. Writers of one cell wait for each other only as long as a journal write
 * takes.
 */
public final class StateCell<S> {
  private final Consumer<S> persist;
  private volatile S state;

  /**
   * A cell whose first state is already written down.
   *
   * @param persist writes a state down; when it throws, the state does not change
   */
  public StateCell(S initial, Consumer<S> persist) {
    this.state = initial;
    this.persist = persist;
  }

  /** The state now. */
  public S get() {
    return state;
  }

  /**
   * Moves to the state that a function gives.
   *
   * @param transition a pure function; giving an equal one back means "stay", and nothing is
   *     written
   * @return the state after the call
   */
  public synchronized S update(UnaryOperator<S> transition) {
    S next = transition.apply(state);
    if (!next.equals(state)) {
      persist.accept(next);
      state = next;
      notifyAll();
    }
    return next;
  }

  /** Waits until the state satisfies a condition. */
  public synchronized boolean await(java.util.function.Predicate<S> condition, long nanos)
      throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    while (!condition.test(state)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      java.util.concurrent.TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
