package dev.berth.spec.user;

/** Text of an image or a request, safe to print in one line. */
final class Printable {
  private static final int MAX = 128;

  private Printable() {}

  static String of(String text) {
    var shown = new StringBuilder();
    for (int i = 0; i < text.length() && i < MAX; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        shown.append(String.format("\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return text.length() > MAX ? shown + "…" : shown.toString();
  }
}
