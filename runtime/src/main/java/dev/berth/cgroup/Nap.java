package dev.berth.cgroup;

import java.util.concurrent.locks.LockSupport;

/** Time, as far as waiting for the kernel needs it. */
interface Nap {

  /** Nanoseconds since some moment. */
  long now();

  /** Waits about that long. */
  void sleep(long nanos);

  /** The machine's time. */
  static Nap real() {
    return new Nap() {
      @Override
      public long now() {
        return System.nanoTime();
      }

      @Override
      public void sleep(long nanos) {
        LockSupport.parkNanos(nanos);
      }
    };
  }
}
