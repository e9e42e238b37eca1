package dev.berth.container;

import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets only so many bytes of answers be on their way at a time: until a caller has taken its
 * answer, the answer is in the daemon's network buffers. Small answers do not wait.
 */
final class LargeAnswers {
  /** Bytes on their way at a time; the largest answer is half of it. */
  static final int BYTES = 32 << 20;

  private static final int SMALL = 256 << 10;
  private static final long PATIENCE_SECONDS = 60;

  private final Semaphore bytes = new Semaphore(BYTES, true);

  /**
   * Waits for the turn of an answer, which is over when the answer is with its caller.
   *
   * @throws Fault.ResourceExhausted it did not come in time: others do not take their answers
   */
  void await(int size, CallContext call) throws InterruptedException {
    if (size <= SMALL) {
      return;
    }
    if (!bytes.tryAcquire(size, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new Fault.ResourceExhausted(
          "answer with "
              + size
              + " bytes: other large answers have not been taken by their callers");
    }
    call.afterAnswer(() -> bytes.release(size));
  }

  /** Bytes that may go out at once. */
  int free() {
    return bytes.availablePermits();
  }
}
