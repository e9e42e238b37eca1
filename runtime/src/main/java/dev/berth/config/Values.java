package dev.berth.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Values that more than one area's keys have. */
final class Values {
  /** The kernel's {@code sun_path} holds 108 bytes, the last one a zero: unix(7). */
  static final int LONGEST_SOCKET_PATH = 107;

  private Values() {}

  static Path absolute(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("it is not absolute");
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("it has a zero byte");
    }
    return Path.of(text).normalize();
  }

  static Optional<Path> optionalPath(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(absolute(text));
  }

  static Path socketPath(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET_PATH) {
      throw new IllegalArgumentException("it has " + length + " bytes");
    }
    return absolute(text);
  }

  static <E extends Enum<E>> E oneOf(Class<E> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no such choice"));
  }
}
