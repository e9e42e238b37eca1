package dev.berth.state;

import java.util.function.BiConsumer;
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
  private final BiConsumer<S, S> tell;
  private volatile S state;
  private boolean retired;

  /**
   * A cell whose first state is already written down.
   *
   * @param persist writes a state down; when it throws, the state does not change
   */
  public StateCell(S initial, Consumer<S> persist) {
    this(initial, persist, (_, _) -> {});
  }

  /**
   * A cell that tells of its changes.
   *
   * @param tell gets the states before and after, when the latter is published, with the cell
   *     locked: must not wait
   */
  StateCell(S initial, Consumer<S> persist, BiConsumer<S, S> tell) {
    this.state = initial;
    this.persist = persist;
    this.tell = tell;
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
      S before = state;
      if (!retired) {
        persist.accept(next);
      }
      state = next;
      notifyAll();
      if (!retired) {
        tell.accept(before, next);
      }
    }
    return next;
  }

  /**
   * Forgets what was written down, for good: a transition that comes later, of a request or a
   * report that was on its way, is not written down any more.
   *
   * @param forget takes the record away; when it throws, the cell goes on as before
   */
  public synchronized void retire(Runnable forget) {
    forget.run();
    retired = true;
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
