package dev.berth.config;

import java.util.List;
import java.util.function.Function;

/**
 * One key of the configuration.
 *
 * @param name dotted, e.g. {@code network.mtu}
 * @param expected what it accepts, to complete "expected …"
 * @param fallback its default as it would stand in a file, for the documentation
 * @param about what it is for, in sentences
 * @param convert from a value of the type to the domain; an IllegalArgumentException says why not
 */
record Key<T>(
    String name,
    ValueType type,
    String expected,
    String fallback,
    String about,
    Function<Object, T> convert) {

  /** A key whose value is one string. */
  static <T> Key<T> ofString(
      String name, String expected, String fallback, String about, Function<String, T> convert) {
    return new Key<>(
        name, ValueType.STRING, expected, fallback, about, value -> convert.apply((String) value));
  }

  /** A key whose value is an integer in a range, both ends included. */
  static Key<Integer> ofInt(String name, int least, int most, String fallback, String about) {
    String expected = "an integer from " + least + " to " + most;
    return new Key<>(
        name,
        ValueType.INTEGER,
        expected,
        fallback,
        about,
        value -> {
          long number = (Long) value;
          if (number < least || number > most) {
            throw new IllegalArgumentException("it is outside the range");
          }
          return (int) number;
        });
  }

  /** A key whose value is a list of strings. */
  static <T> Key<T> ofList(
      String name,
      String expected,
      String fallback,
      String about,
      Function<List<String>, T> convert) {
    return new Key<>(
        name,
        ValueType.STRING_LIST,
        expected,
        fallback,
        about,
        value -> convert.apply(((List<?>) value).stream().map(String.class::cast).toList()));
  }
}
