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
 */
public record StdioPlan(@Nullable String logPath, boolean tty, boolean stdin, int maxLineBytes) {
  /** 16 KiB, as other runtimes split lines. */
  public static final int DEFAULT_MAX_LINE_BYTES = 16 * 1024;

  public StdioPlan {
    if (maxLineBytes < 64 || maxLineBytes > 1 << 20) {
      throw new IllegalArgumentException("max line bytes " + maxLineBytes);
    }
  }
}
