package dev.berth.shim;

import org.jspecify.annotations.Nullable;

/**
 * Where a container's output goes and its input comes from.
 *
 * @param logPath absolute path of the CRI log file, opened and appended to by the shim; null throws
 *     output away
 * @param tty whether a terminal is its stdin, stdout and stderr
 * @param stdin whether its stdin stays open for somebody to attach; otherwise it reads /dev/null
 * @param maxLineBytes longest line of the log; a longer one is written in parts
 * @param stalls whether a log that cannot be written stops the container's writes until it can;
 *     otherwise what does not go in is dropped, and counted
 */
public record StdioPlan(
    @Nullable String logPath, boolean tty, boolean stdin, int maxLineBytes, boolean stalls) {
  /** 16 KiB, as other runtimes split lines. */
  public static final int DEFAULT_MAX_LINE_BYTES = 16 * 1024;

  /** Version of plans that logs can stall since. */
  private static final int STALLS_SINCE = 4;

  public StdioPlan {
    if (maxLineBytes < 64 || maxLineBytes > 1 << 20) {
      throw new IllegalArgumentException("max line bytes " + maxLineBytes);
    }
  }

  /** With a log that drops what cannot be written. */
  public StdioPlan(@Nullable String logPath, boolean tty, boolean stdin, int maxLineBytes) {
    this(logPath, tty, stdin, maxLineBytes, false);
  }

  /** As well as a shim that reads plans of this version can do it: the first ones only drop. */
  StdioPlan asVersion(int version) {
    return new StdioPlan(logPath, tty, stdin, maxLineBytes, stalls && version >= STALLS_SINCE);
  }
}
