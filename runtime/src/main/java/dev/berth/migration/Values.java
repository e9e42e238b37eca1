package dev.berth.migration;

import dev.berth.config.ForeignSetting;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of other runtimes in the form of Berth's. */
final class Values {
  private static final Pattern PART = Pattern.compile("([0-9]+)(h|m|s)");

  private Values() {}

  /** A duration as Go writes it, such as {@code 4h0m0s}, or a number, in seconds. */
  static String seconds(ForeignSetting setting) {
    String text = setting.text();
    if (!text.matches("([0-9]+[hms])+")) {
      return text;
    }
    long seconds = 0;
    for (Matcher part = PART.matcher(text); part.find(); ) {
      long unit =
          switch (part.group(2)) {
            case "h" -> 3600;
            case "m" -> 60;
            default -> 1;
          };
      seconds += unit * Long.parseLong(part.group(1));
    }
    return Long.toString(seconds);
  }

  /** A level of logrus. */
  static String logLevel(ForeignSetting setting) {
    return switch (setting.text().toLowerCase(Locale.ROOT)) {
      case "trace", "debug" -> "debug";
      case "warning", "warn" -> "warn";
      case "error", "fatal", "panic" -> "error";
      default -> "info";
    };
  }

  /** The first of several folders, separated by colons. */
  static String firstFolder(ForeignSetting setting) {
    return setting.text().split(":", 2)[0];
  }
}
