package dev.berth.e2e.daemon;

import java.util.concurrent.atomic.AtomicInteger;

/** Pod ranges for daemons that run side by side, and beside one that has the default range. */
public final class PodRanges {
  private static final int RANGES = 4096;
  private static final AtomicInteger TAKEN = new AtomicInteger();

  private PodRanges() {}

  /** A range of 253 addresses that no other daemon of this process has. */
  public static String next() {
    long range = (ProcessHandle.current().pid() + TAKEN.getAndIncrement()) % RANGES;
    return "10.%d.%d.0/24".formatted(200 + range / 256, range % 256);
  }
}
