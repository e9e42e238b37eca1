package dev.berth.config;

import java.util.List;
import java.util.stream.Collectors;

/** Words about values as they were given, for messages. */
final class Given {
  private Given() {}

  /** The value as it could stand in a file. */
  static String show(Object value) {
    return switch (value) {
      case String text -> '"' + text + '"';
      case List<?> list ->
          list.stream().map(Given::show).collect(Collectors.joining(", ", "[", "]"));
      default -> value.toString();
    };
  }

  /** The value's TOML type, with its article. */
  static String typeOf(Object value) {
    return switch (value) {
      case String _ -> "a string";
      case Long _ -> "an integer";
      case Boolean _ -> "a boolean";
      case Double _ -> "a float";
      case List<?> list ->
          list.stream().allMatch(String.class::isInstance) ? "a list" : "a list with other types";
      default -> "a table or a date";
    };
  }

  /** How many letters to change, add or drop to come from one word to the other. */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int kept = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(kept, Math.min(row[j - 1], diagonal) + 1);
      }
    }
    return row[to.length()];
  }
}
