package dev.berth.kernel;

import java.nio.charset.StandardCharsets;

/** Paths as arguments and as words in a failure. */
final class PathText {

  private static final int LONGEST_SHOWN = 300;

  private PathText() {}

  /**
   * Puts a path into scratch memory as a C string.
   *
   * @throws ErrnoException EINVAL for a path that holds a NUL byte, ENAMETOOLONG above 4095 bytes
   */
  static long put(Scratch scratch, String call, byte[] path) throws ErrnoException {
    if (path.length > 4095) {
      throw new ErrnoException(call, show(path), Errno.ENAMETOOLONG);
    }
    for (byte b : path) {
      if (b == 0) {
        throw new ErrnoException(call, show(path), Errno.EINVAL);
      }
    }
    return scratch.cString(path);
  }

  /** A path for people: control characters escaped, cut when it is very long. */
  static String show(byte[] path) {
    String text = new String(path, StandardCharsets.UTF_8);
    var shown = new StringBuilder(Math.min(text.length(), LONGEST_SHOWN) + 8);
    for (int i = 0; i < text.length() && i < LONGEST_SHOWN; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        shown.append(String.format("\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return text.length() > LONGEST_SHOWN ? shown.append('…').toString() : shown.toString();
  }

  /** A path below a directory for people. */
  static String show(Fd dir, byte[] path) {
    if (dir == Fd.CWD || (path.length > 0 && path[0] == '/')) {
      return show(path);
    }
    return dir + (path.length == 0 ? "" : ", " + show(path));
  }
}
