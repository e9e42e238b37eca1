package dev.berth.image.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a server wants a request to be authorized (RFC 9110, 11.6.1).
 *
 * @param scheme in lower case: {@code bearer}, {@code basic}
 * @param parameters names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int MAX_LENGTH = 8 << 10;

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** Reads WWW-Authenticate headers; what cannot be read is left out. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      if (header.length() <= MAX_LENGTH) {
        new Reader(header).read(challenges);
      }
    }
    return challenges;
  }

  /** A hand-written reader: the list's commas also divide parameters. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    void read(List<Challenge> into) {
      skip(" \t,");
      while (at < text.length()) {
        String scheme = token();
        if (scheme.isEmpty()) {
          return;
        }
        skip(" \t");
        into.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters()));
        skip(" \t,");
      }
    }

    private Map<String, String> parameters() {
      Map<String, String> parameters = new HashMap<>();
      while (at < text.length()) {
        int before = at;
        String name = token();
        skip(" \t");
        if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
          at = before;
          return parameters;
        }
        at++;
        skip(" \t");
        parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value());
        skip(" \t,");
      }
      return parameters;
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        return token();
      }
      StringBuilder value = new StringBuilder();
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at++));
      }
      at++;
      return value.toString();
    }

    private String token() {
      int begin = at;
      while (at < text.length() && isTokenCharacter(text.charAt(at))) {
        at++;
      }
      return text.substring(begin, at);
    }

    private static boolean isTokenCharacter(char c) {
      return c > ' ' && c < 0x7f && "\"(),;<=>?@[\\]{}".indexOf(c) < 0;
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
