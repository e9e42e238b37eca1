package dev.berth.imageapi;

import dev.berth.fault.Fault;
import java.nio.file.Path;

/** A path of a request, on the node as the daemon sees it. */
final class AbsolutePath {
  private AbsolutePath() {}

  /**
   * Reads a path.
   *
   * @throws Fault.InvalidArgument it is not absolute
   */
  static Path of(String field, String text) {
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      throw Fault.InvalidArgument.of(field, text, "must be absolute");
    }
    return Path.of(text);
  }
}
