package dev.berth.spec.user;

import dev.berth.fault.Fault;
import dev.berth.spec.check.Refusal;
import java.util.function.Function;
import java.util.function.IntFunction;

/** A user or group as somebody wrote it: a number or a name, never both. */
sealed interface AccountId {
  /** Largest id that is accepted, the one of Kubernetes. */
  int MAX = Integer.MAX_VALUE;

  /** What the one or the other way of writing it leads to. */
  <T> T either(IntFunction<T> byId, Function<String, T> byName);

  /** By number. */
  record ById(int id) implements AccountId {
    @Override
    public <T> T either(IntFunction<T> byId, Function<String, T> byName) {
      return byId.apply(id);
    }
  }

  /** By name. */
  record ByName(String name) implements AccountId {
    @Override
    public <T> T either(IntFunction<T> byId, Function<String, T> byName) {
      return byName.apply(name);
    }
  }

  /**
   * Tells a number from a name.
   *
   * @param field what to name in a refusal
   * @param whole the whole value of that field, for the refusal
   * @param text the part of it that stands for one account
   * @throws Fault.InvalidArgument a number out of range, or no possible name
   */
  static AccountId parse(String field, String whole, String text) {
    if (looksNumeric(text)) {
      return new ById(number(field, whole, text));
    }
    if (text.isEmpty()) {
      throw Fault.InvalidArgument.of(field, whole, "a user or group in it is empty");
    }
    if (text.length() > 256) {
      throw Fault.InvalidArgument.of(
          field, text.substring(0, 32) + "…", "a name has at most 256 characters");
    }
    if (text.startsWith("-") || text.chars().anyMatch(AccountId::neverInName)) {
      throw Fault.InvalidArgument.of(
          field, Refusal.printable(whole), "not a number and not a possible name of an account");
    }
    return new ByName(text);
  }

  /**
   * A number that came as a number.
   *
   * @throws Fault.InvalidArgument it is out of range
   */
  static int checked(String field, long id) {
    if (id < 0 || id > MAX) {
      throw outOfRange(field, Long.toString(id));
    }
    return (int) id;
  }

  /** Digits, with or without a sign: whoever writes that means a number, however wrong. */
  private static boolean looksNumeric(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    return text.length() > start && text.chars().skip(start).allMatch(c -> c >= '0' && c <= '9');
  }

  private static int number(String field, String whole, String text) {
    String digits = text.replaceFirst("^0+(?=.)", "");
    boolean signed = text.startsWith("-") || text.startsWith("+");
    if (signed || digits.length() > 10 || Long.parseLong(digits) > MAX) {
      throw outOfRange(field, whole);
    }
    return Integer.parseInt(digits);
  }

  private static Fault.InvalidArgument outOfRange(String field, String value) {
    return Fault.InvalidArgument.of(field, value, "an id lies between 0 and " + MAX);
  }

  private static boolean neverInName(int c) {
    return c <= ' ' || c == 0x7f || c == ':' || c == '/' || c == ',' || c == 0xfffd;
  }
}
