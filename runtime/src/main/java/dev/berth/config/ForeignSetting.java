package dev.berth.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A setting in a TOML file of another program.
 *
 * @param path its tables' names and its own
 * @param value a String, Long, Boolean, Double or List; anything else is a date
 * @param line the line in the file, from 1
 */
public record ForeignSetting(List<String> path, Object value, int line) {
  public ForeignSetting {
    path = List.copyOf(path);
  }

  /**
   * All settings of a file, in its order.
   *
   * @throws ConfigRefused when it cannot be read or is not TOML
   */
  public static List<ForeignSetting> read(Path file) throws ConfigRefused {
    return TomlFile.foreign(file);
  }

  /** Whether the value says no more than a missing one: empty, false or zero. */
  public boolean saysNothing() {
    return switch (value) {
      case String text -> text.isEmpty();
      case Boolean yes -> !yes;
      case Long number -> number == 0;
      case List<?> list -> list.isEmpty();
      default -> false;
    };
  }

  /** The value as an option {@code --set} takes it: the items of a list separated by commas. */
  public String text() {
    return value instanceof List<?> list
        ? String.join(",", list.stream().map(Object::toString).toList())
        : value.toString();
  }
}
