package dev.berth.spec.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Absolute paths as text, without asking any file system. */
public final class Paths {
  /** The kernel's limit on a path, PATH_MAX, less its final zero. */
  private static final int MAX = 4095;

  private Paths() {}

  /**
   * An absolute path, made clean: no empty or {@code .} element, {@code ..} taken back, no slash at
   * the end.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument it is empty, not absolute, too long or holds a
   *     control character
   */
  public static String absolute(String field, String path) {
    if (path.isEmpty()) {
      throw Refusal.of(field, path, "must not be empty");
    }
    if (path.charAt(0) != '/') {
      throw Refusal.of(field, path, "must be an absolute path");
    }
    plain(field, path);
    return clean(path);
  }

  /** Refuses a path that is too long or holds a control character; it may be empty. */
  public static String plain(String field, String path) {
    if (path.length() > MAX) {
      throw Refusal.of(field, path, "a path has at most " + MAX + " bytes");
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.of(field, path, "a path holds no control characters");
    }
    return path;
  }

  /** How many elements a clean path has; 0 for the root. */
  public static int depth(String clean) {
    return clean.equals("/") ? 0 : (int) clean.chars().filter(c -> c == '/').count();
  }

  /** Whether a clean path is this clean directory or lies below it. */
  public static boolean within(String directory, String path) {
    return path.equals(directory)
        || directory.equals("/")
        || (path.startsWith(directory) && path.charAt(directory.length()) == '/');
  }

  private static String clean(String path) {
    var elements = new ArrayDeque<String>();
    for (String element : List.of(path.split("/"))) {
      switch (element) {
        case "", "." -> {}
        case ".." -> elements.pollLast();
        default -> elements.add(element);
      }
    }
    return "/" + String.join("/", new ArrayList<>(elements));
  }
}
