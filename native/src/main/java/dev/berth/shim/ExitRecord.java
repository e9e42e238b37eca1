package dev.berth.shim;

/**
 * How a container or an exec session ended.
 *
 * @param status exit status 0 to 255, or 128 + signal when a signal ended it
 * @param signal the signal that ended it, 0 for none
 * @param finishedAtNanos wall clock, nanoseconds since 1970
 * @param oomKills how many processes of the container the kernel killed for memory; -1 unknown
 * @param reason why, where the shim knows more, e.g. {@code "never started"}; else empty
 */
public record ExitRecord(
    int status, int signal, long finishedAtNanos, long oomKills, String reason) {

  /** Whether the kernel killed something in it for lack of memory. */
  public boolean oomKilled() {
    return oomKills > 0;
  }
}
