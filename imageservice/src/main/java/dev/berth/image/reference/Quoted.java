package dev.berth.image.reference;

/** Foreign text in a message: short, and without control characters. */
final class Quoted {
  private static final int MAX = 80;

  private Quoted() {}

  static String clip(String text) {
    String shown = text.length() <= MAX ? text : text.substring(0, MAX) + "…";
    StringBuilder clean = new StringBuilder(shown.length());
    shown.chars().forEach(c -> clean.append(Character.isISOControl(c) ? '?' : (char) c));
    return clean.toString();
  }
}
