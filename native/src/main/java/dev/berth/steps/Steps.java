package dev.berth.steps;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One run of an operation of several steps, with its undo stack.
 *
 * <pre>{@code
 * try (var steps = Steps.begin("RunPodSandbox", faults)) {
 *   steps.undo("intent", () -> journal.forget(id)).run("intent", () -> journal.intend(id));
 *   var shim = steps.undo("shim", () -> shims.end(id)).call("shim", () -> shims.start(id));
 *   ...
 *   steps.commit();
 * }
 * }</pre>
 *
 * <p>Leaving the block without {@link #commit} undoes what was done, in reverse order. A failure of
 * the block that is on its way out gets the failures of the undos as suppressed exceptions if the
 * caller uses try-with-resources; a failed undo never stops the ones below it.
 */
public final class Steps implements AutoCloseable {

  /** Something to do that may fail and gives nothing back. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /** Something to do that may fail and gives a value back. */
  @FunctionalInterface
  public interface Supply<T> {
    T get() throws Exception;
  }

  /**
   * How long one step took. Many are kept, so the times are plain numbers.
   *
   * @param afterNanos from the operation's begin to the step's
   * @param failed whether it threw
   */
  public record Timing(String step, long afterNanos, long tookNanos, boolean failed) {

    /** From the operation's begin to the step's. */
    public Duration after() {
      return Duration.ofNanos(afterNanos);
    }

    /** From the step's begin to its end. */
    public Duration took() {
      return Duration.ofNanos(tookNanos);
    }
  }

  /**
   * An operation that has ended.
   *
   * @param begun when, as {@link System#nanoTime} tells it
   * @param committed false when it was undone
   */
  public record Run(
      String operation, long begun, Duration took, List<Timing> steps, boolean committed) {}

  /** Hears of every operation that ends, on the thread that ran it; must not wait or throw. */
  @FunctionalInterface
  public interface Listener {
    void ended(Run run);
  }

  /** One a process: whoever measures it. */
  private static volatile Listener listener = run -> {};

  private record Undo(String step, Action action) {}

  private final String operation;
  private final Faults faults;
  private final Deque<Undo> undos = new ArrayDeque<>();
  private final List<Timing> timings = new ArrayList<>();
  private final long begun = System.nanoTime();
  private int number;
  private boolean committed;

  private Steps(String operation, Faults faults) {
    this.operation = operation;
    this.faults = faults;
  }

  /** Sets who hears of operations that end, in place of who did. */
  public static void listen(Listener hearer) {
    listener = hearer;
  }

  /**
   * Begins an operation.
   *
   * @param operation its name, as it appears in fault switches and step tables, e.g. {@code
   *     RunPodSandbox}
   */
  public static Steps begin(String operation, Faults faults) {
    return new Steps(operation, faults);
  }

  /**
   * Registers the undo of the step that comes next. Call it before the step: an undo must tolerate
   * a step that never ran.
   */
  public Steps undo(String step, Action action) {
    undos.push(new Undo(step, action));
    return this;
  }

  /** Runs one step that gives nothing back. */
  public void run(String step, Action action) throws Exception {
    call(
        step,
        () -> {
          action.run();
          return step;
        });
  }

  /** Runs one step and gives its value back. */
  public <T> T call(String step, Supply<T> body) throws Exception {
    long begin = System.nanoTime();
    boolean done = false;
    try {
      faults.before(operation, ++number, step);
      T value = body.get();
      faults.after(operation, number, step);
      done = true;
      return value;
    } finally {
      timings.add(timing(step, begin, !done));
    }
  }

  private Timing timing(String step, long begin, boolean failed) {
    return new Timing(step, begin - begun, System.nanoTime() - begin, failed);
  }

  /** The operation is done: nothing will be undone. */
  public void commit() {
    committed = true;
    undos.clear();
  }

  /** What was run so far and how long each step took, in order. */
  public List<Timing> timings() {
    return List.copyOf(timings);
  }

  /**
   * Undoes everything unless committed.
   *
   * @throws UndoFailed when at least one undo failed; all of them ran
   */
  @Override
  public void close() {
    try {
      if (!committed) {
        undoAll();
      }
    } finally {
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      listener.ended(new Run(operation, begun, took, timings(), committed));
    }
  }

  private void undoAll() {
    UndoFailed failed = null;
    while (!undos.isEmpty()) {
      Undo undo = undos.pop();
      try {
        undo.action().run();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        if (failed == null) {
          failed = new UndoFailed(operation, undo.step(), e);
        } else {
          failed.addSuppressed(new UndoFailed(operation, undo.step(), e));
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
