package dev.berth.kernel;

/** Keeps calls that can wait away from virtual threads. */
final class Waiting {

  private Waiting() {}

  /**
   * Call before a native call that can wait for something other than the CPU.
   *
   * @throws IllegalStateException on a virtual thread, whose carrier would be held
   */
  static void allowed(String call) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          call + " can wait and must not run on a virtual thread: use a platform thread");
    }
  }
}
