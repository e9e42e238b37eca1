package dev.berth.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor and the duty to close it.
 *
 * <p>Closing is idempotent and happens once. After {@link #close} or {@link #release} every use
 * throws {@code IllegalStateException}, so that a number the kernel gave to somebody else is not
 * touched. Closing a descriptor while another thread is inside a call on it is the owner's mistake.
 */
public final class Fd implements AutoCloseable {

  /** How a descriptor is given back to the kernel. */
  @FunctionalInterface
  public interface Closer {
    /** Closes the number; must not fail, since nobody could do anything about it. */
    void close(int number);
  }

  /** Stands for the current directory in calls that take a directory (AT_FDCWD). */
  public static final Fd CWD = borrowed(-100);

  private static final int GONE = -1;

  private final AtomicInteger number;
  private final Closer closer;

  private Fd(int number, Closer closer) {
    this.number = new AtomicInteger(number);
    this.closer = closer;
  }

  /** A descriptor that the caller owns; {@code close} closes it in this process. */
  public static Fd owned(int number) {
    return new Fd(number, LinuxFileIo::close);
  }

  /** A descriptor that is closed in a way of its own, for tests and fakes. */
  public static Fd owned(int number, Closer closer) {
    return new Fd(number, closer);
  }

  /** A descriptor that somebody else closes; {@code close} only forgets it. */
  public static Fd borrowed(int number) {
    return new Fd(number, n -> {});
  }

  /**
   * The descriptor's number.
   *
   * @throws IllegalStateException when it is closed or released
   */
  public int number() {
    int n = number.get();
    if (n == GONE) {
      throw new IllegalStateException("descriptor is closed");
    }
    return n;
  }

  /** Whether {@link #close} or {@link #release} was not called yet. */
  public boolean isOpen() {
    return number.get() != GONE;
  }

  /**
   * Gives the duty to close away.
   *
   * @return the number, which is now the caller's to close
   * @throws IllegalStateException when it is closed or released
   */
  public int release() {
    int n = number.getAndSet(GONE);
    if (n == GONE) {
      throw new IllegalStateException("descriptor is closed");
    }
    return n;
  }

  /** A path that names the open file itself, for calls that take no descriptor. */
  public String procPath() {
    return "/proc/thread-self/fd/" + number();
  }

  @Override
  public void close() {
    if (this == CWD) {
      return;
    }
    int n = number.getAndSet(GONE);
    if (n != GONE) {
      closer.close(n);
    }
  }

  @Override
  public String toString() {
    int n = number.get();
    if (n == -100) {
      return "cwd";
    }
    return n == GONE ? "fd closed" : "fd " + n;
  }
}
