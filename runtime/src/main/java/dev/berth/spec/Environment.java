package dev.berth.spec;

import dev.berth.cri.v1.KeyValue;
import dev.berth.spec.check.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A process's environment: defaults, then the image's, then the request's; a later value replaces
 * an earlier one of the same name in its place, so every name appears once.
 */
final class Environment {
  static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Map<String, String> values = new LinkedHashMap<>();

  /** Sets a default. */
  Environment with(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** Sets a default where nothing is set yet. */
  Environment withDefault(String name, String value) {
    values.putIfAbsent(name, value);
    return this;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Adds {@code NAME=value} entries of an image; one without {@code =} is an empty value. */
  Environment addImage(List<String> entries) {
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      String name = equals < 0 ? entry : entry.substring(0, equals);
      set("image config env", name, equals < 0 ? "" : entry.substring(equals + 1));
    }
    return this;
  }

  /** Adds the entries of a request. */
  Environment addRequest(String field, List<KeyValue> entries) {
    for (int i = 0; i < entries.size(); i++) {
      KeyValue entry = entries.get(i);
      String at = field + "[" + i + "]";
      set(at, entry.getKey(), text(at + ".value", entry));
    }
    return this;
  }

  /** {@code NAME=value} each, in order. */
  List<String> entries() {
    var entries = new ArrayList<String>(values.size());
    values.forEach((name, value) -> entries.add(name + "=" + value));
    return entries;
  }

  /** Environment entries end at a zero byte and names end at the first {@code =} (environ(7)). */
  private void set(String field, String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw Refusal.of(field, name, "the name of a variable is not empty and holds no \"=\"");
    }
    if (value.indexOf('\0') >= 0) {
      throw Refusal.of(field, name, "the value of a variable holds no zero byte");
    }
    if (name.equals("HOME")) {
      checkHome(field, value);
    }
    values.put(name, value);
  }

  /**
   * A home directory that cannot be mistaken for more than one line or field, wherever it is copied
   * to later (CVE-2022-4318).
   *
   * @throws dev.berth.fault.Fault.InvalidArgument it holds a control character or a colon
   */
  static String checkHome(String field, String home) {
    if (home.chars().anyMatch(c -> Character.isISOControl(c) || c == ':')) {
      throw Refusal.of(field, home, "a home directory holds no control characters and no \":\"");
    }
    return home;
  }

  private static String text(String field, KeyValue entry) {
    ByteBuffer bytes = entry.getValue().asReadOnlyByteBuffer();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.of(field, "of " + entry.getKey(), "is not UTF-8");
    }
  }
}
