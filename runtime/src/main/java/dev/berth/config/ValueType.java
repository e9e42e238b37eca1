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
   * Reads what stands behind {@code --set KEY=}; lists are separated by commas.
   *
   * @throws IllegalArgumentException when the text is no such value
   */
  Object parse(String text) {
    return switch (this) {
      case STRING -> text;
      case INTEGER -> Long.valueOf(text);
      case STRING_LIST ->
          text.isEmpty()
              ? List.of()
              : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    };
  }
}
