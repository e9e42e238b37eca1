package dev.berth.steps;

/** The undo of a step failed: something may be left behind, and recovery will meet it again. */
public final class UndoFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UndoFailed(String operation, String step, Exception cause) {
    super("undo of " + operation + "/" + step + " failed: " + cause.getMessage(), cause);
  }
}
