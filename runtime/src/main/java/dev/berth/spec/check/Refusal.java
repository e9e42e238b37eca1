package dev.berth.spec.check;

import dev.berth.fault.Fault;
import org.jspecify.annotations.Nullable;

/** Refuses a value that somebody hostile may have written. */
public final class Refusal {
  private static final int SHOWN = 128;

  private Refusal() {}

  /**
   * An InvalidArgument that names field and value; the value is cut after 128 characters and its
   * control characters are escaped, so that the message stays one short line.
   */
  public static Fault.InvalidArgument of(String field, @Nullable Object value, String why) {
    return Fault.InvalidArgument.of(field, printable(String.valueOf(value)), why);
  }

  /** The text as one short line. */
  public static String printable(String text) {
    var shown = new StringBuilder();
    text.codePoints().limit(SHOWN).forEach(c -> append(shown, c));
    return text.codePointCount(0, text.length()) > SHOWN ? shown + "…" : shown.toString();
  }

  private static void append(StringBuilder shown, int c) {
    if (Character.isISOControl(c)) {
      shown.append(String.format("\\u%04x", c));
    } else {
      shown.appendCodePoint(c);
    }
  }
}
