package dev.berth.config;

import java.util.Arrays;
import java.util.List;

/** The TOML types that keys have. */
enum ValueType {
  STRING("a string"),
  INTEGER("an integer"),
  STRING_LIST("a list of strings");

  private final String named;

  ValueType(String named) {
    this.named = named;
  }

  /** With its article, for a sentence. */
  String named() {
    return named;
  }

  /** Whether a value from a file has this type. */
  boolean accepts(Object value) {
    return switch (this) {
      case STRING -> value instanceof String;
      case INTEGER -> value instanceof Long;
      case STRING_LIST ->
          value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
    };
  }

  /**
   * Reads what stands behind {@code --set KEY=}: as in a file, or simpler, without quotes and with
   * a list's items separated by commas.
   *
   * @throws IllegalArgumentException when the text is no such value
   */
  Object parse(String text) {
    return switch (this) {
      case STRING -> unquoted(text);
      case INTEGER -> Long.valueOf(text);
      case STRING_LIST -> items(text);
    };
  }

  private static List<String> items(String text) {
    String inner =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (inner.isBlank()) {
      return List.of();
    }
    return Arrays.stream(inner.split(",", -1)).map(item -> unquoted(item.strip())).toList();
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
