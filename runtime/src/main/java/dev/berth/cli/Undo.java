package dev.berth.cli;

import java.util.function.Consumer;

/** A value, and what takes it away when the block is left. */
final class Undo<T> implements AutoCloseable {
  private final T value;
  private final Consumer<T> action;
  private boolean forgotten;

  private Undo(T value, Consumer<T> action) {
    this.value = value;
    this.action = action;
  }

  static <T> Undo<T> of(T value, Consumer<T> action) {
    return new Undo<>(value, action);
  }

  T get() {
    return value;
  }

  /** Leaves it as it is. */
  void forget() {
    forgotten = true;
  }

  @Override
  public void close() {
    if (!forgotten) {
      action.accept(value);
    }
  }
}
