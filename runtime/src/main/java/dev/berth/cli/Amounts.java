package dev.berth.cli;

import java.time.Duration;
import java.util.Locale;

/** Amounts as people read them. */
final class Amounts {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Amounts() {}

  /** Bytes with the unit that leaves one to four digits. */
  static String bytes(long bytes) {
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, amount < 10 ? "%.1f %s" : "%.0f %s", amount, UNITS[unit]);
  }

  /** How long ago, in the largest unit that gives more than one. */
  static String ago(long nanosSinceEpoch, long nowMillis) {
    Duration age = Duration.ofMillis(Math.max(0, nowMillis - nanosSinceEpoch / 1_000_000));
    if (age.toDays() > 1) {
      return age.toDays() + "d";
    }
    if (age.toHours() > 1) {
      return age.toHours() + "h";
    }
    return age.toMinutes() > 1 ? age.toMinutes() + "m" : age.toSeconds() + "s";
  }

  /** Milliseconds with two digits behind the point. */
  static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  /** Thousandths of a core. */
  static String cores(long nanoCores) {
    return String.format(Locale.ROOT, "%.1f m", nanoCores / 1e6);
  }

  /** An id as far as a person types it. */
  static String id(String id) {
    return id.length() <= 13 ? id : id.substring(0, 13);
  }
}
