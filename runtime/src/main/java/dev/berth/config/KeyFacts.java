package dev.berth.config;

import java.util.List;

/**
 * What there is to know about a key, for people.
 *
 * @param type a TOML type
 * @param expected what it accepts, to complete "expected …"
 * @param fallback its default as it would stand in a file
 * @param about what it is for
 */
public record KeyFacts(String name, String type, String expected, String fallback, String about) {

  /** All keys, in the order of the documentation. */
  public static List<KeyFacts> all() {
    return Keys.ALL.stream()
        .map(
            key ->
                new KeyFacts(
                    key.name(), key.type().named(), key.expected(), key.fallback(), key.about()))
        .toList();
  }
}
