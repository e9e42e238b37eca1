package dev.berth.netlink;

import dev.berth.kernel.Errno;
import java.io.IOException;

/**
 * The kernel refused a netlink request.
 *
 * <p>Its message reads {@code add address 10.0.0.2/24: EEXIST (file exists): address already
 * assigned}: what was attempted, the errno, and the kernel's own words where it gave any.
 */
public final class NetlinkException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final int message;

  NetlinkException(String about, int message, int errno, String kernelText) {
    super(
        about
            + ": "
            + Errno.name(errno)
            + " ("
            + Errno.text(errno)
            + ")"
            + (kernelText.isEmpty() ? "" : ": " + kernelText));
    this.errno = errno;
    this.message = message;
  }

  /** The error number; compare it with the constants of {@link Errno}. */
  public int errno() {
    return errno;
  }

  /** Which message of the batch failed, from 0. */
  public int message() {
    return message;
  }

  /** Whether the request failed with this error number. */
  public boolean is(int number) {
    return errno == number;
  }
}
