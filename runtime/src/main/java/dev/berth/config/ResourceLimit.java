package dev.berth.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource limit of every container (getrlimit(2)).
 *
 * @param type its name as OCI specs have it, e.g. {@code RLIMIT_NOFILE}
 * @param soft the limit in force; -1 is unlimited
 * @param hard how far a process may raise it; -1 is unlimited
 */
public record ResourceLimit(String type, long soft, long hard) {
  private static final List<String> NAMES =
      List.of(
          "as",
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");
  private static final Pattern FORM =
      Pattern.compile("([a-z]+)=(unlimited|\\d{1,18})(?::(unlimited|\\d{1,18}))?");

  /**
   * Reads {@code NAME=SOFT:HARD} or {@code NAME=BOTH}.
   *
   * @throws IllegalArgumentException it is none
   */
  static ResourceLimit parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || !NAMES.contains(parts.group(1))) {
      throw new IllegalArgumentException("\"" + text + "\" is no limit");
    }
    long soft = number(parts.group(2));
    long hard = parts.group(3) == null ? soft : number(parts.group(3));
    if (hard >= 0 && (soft < 0 || soft > hard)) {
      throw new IllegalArgumentException("\"" + text + "\" has a soft limit above the hard one");
    }
    return new ResourceLimit("RLIMIT_" + parts.group(1).toUpperCase(Locale.ROOT), soft, hard);
  }

  private static long number(String text) {
    return text.equals("unlimited") ? -1 : Long.parseLong(text);
  }
}
