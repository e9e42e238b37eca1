package dev.berth.shim;

import dev.berth.kernel.Errno;

/** The shim could not do what a request asked; nothing of the attempt is left. */
public final class ShimFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is. */
  public enum Kind {
    /** The plan asks for what cannot be: a missing mount source, a command that is not there. */
    BAD_REQUEST,
    /** The machine refused: a bug of ours, a missing kernel feature, no memory. */
    MACHINE,
    /** No such container or exec session. */
    NOT_FOUND,
    /**
     * It is there but in another state, e.g. exec into a container that does not run; or it was
     * killed while it was made.
     */
    WRONG_STATE,
    /** The shim is of a Berth that is too new, or too old, to be spoken with. */
    FOREIGN,
    /** The shim is gone, or did not answer in time. */
    UNREACHABLE
  }

  private final Kind kind;
  private final String step;
  private final int errno;
  private final String detail;

  /**
   * A failure as the shim told it.
   *
   * @param step what was attempted, e.g. {@code "mount bind"}
   * @param errno the kernel's error number, 0 when there is none
   * @param detail on what, e.g. a path; may be empty
   */
  public ShimFailure(Kind kind, String step, int errno, String detail) {
    super(describe(step, errno, detail));
    this.kind = kind;
    this.step = step;
    this.errno = errno;
    this.detail = detail;
  }

  private static String describe(String step, int errno, String detail) {
    String what = detail.isEmpty() ? step : step + " " + detail;
    return errno == 0 ? what : what + ": " + Errno.name(errno) + " (" + Errno.text(errno) + ")";
  }

  /** Whose fault it is. */
  public Kind kind() {
    return kind;
  }

  /** What was attempted. */
  public String step() {
    return step;
  }

  /** The kernel's error number, or 0. */
  public int errno() {
    return errno;
  }

  /** On what it was attempted; may be empty. */
  public String detail() {
    return detail;
  }
}
