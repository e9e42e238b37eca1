package dev.berth.e2e.uml;

/**
 * How a command in a guest ended.
 *
 * @param exit its exit code; 124 past the deadline, 125 when the guest went down without an answer
 * @param output what it wrote, both streams
 * @param kernel what the harness and the guest's kernel wrote
 */
public record GuestResult(int exit, String output, String kernel) {

  /** The output of a command that must have succeeded. */
  public String succeeded() {
    if (exit != 0) {
      throw new IllegalStateException(
          "the command in the guest ended with %d: %s %s".formatted(exit, output, kernel));
    }
    return output;
  }
}
