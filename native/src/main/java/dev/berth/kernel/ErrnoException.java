package dev.berth.kernel;

import java.io.IOException;

/**
 * A system call that failed, with what it was about.
 *
 * <p>Its message reads {@code openat2(/x): ENOENT (no such file or directory)}. Code that knows
 * what the call was for decides what the errno means there; there is no table from errno to fault.
 */
public final class ErrnoException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String call;
  private final String arguments;
  private final int errno;

  /**
   * A call that failed.
   *
   * @param call the system call's name, e.g. {@code openat2}
   * @param arguments what it was about, e.g. the path
   * @param errno the error number, greater than zero
   */
  public ErrnoException(String call, String arguments, int errno) {
    super(call + "(" + arguments + "): " + Errno.name(errno) + " (" + Errno.text(errno) + ")");
    this.call = call;
    this.arguments = arguments;
    this.errno = errno;
  }

  /** The system call's name. */
  public String call() {
    return call;
  }

  /** What the call was about: a path, a descriptor. */
  public String arguments() {
    return arguments;
  }

  /** The error number; compare it with the constants of {@link Errno}. */
  public int errno() {
    return errno;
  }

  /** The error's symbolic name, e.g. {@code ENOENT}. */
  public String name() {
    return Errno.name(errno);
  }

  /** Whether the call failed with this error number. */
  public boolean is(int number) {
    return errno == number;
  }
}
