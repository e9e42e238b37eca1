package dev.berth.image.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.fault.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of one foreign JSON object, read with their types. {@code null} counts as absent, as
 * Go writes empty slices that way.
 */
public final class JsonFields {
  private static final int MAX_ELEMENTS = 10_000;

  private final JsonNode object;
  private final String what;

  JsonFields(JsonNode object, String what) {
    this.object = object;
    this.what = what;
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** A string, {@code ""} when absent. */
  public String text(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return "";
    }
    return string(value, name);
  }

  /** An integer, 0 when absent. */
  public long integer(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw refused(name, "is not a 64-bit integer");
    }
    return value.longValue();
  }

  /** Strings in order, none when absent. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array(name)) {
      texts.add(string(value, name));
    }
    return texts;
  }

  /** A map of strings, empty when absent. */
  public Map<String, String> textMap(String name) {
    Map<String, String> map = new LinkedHashMap<>();
    object(name).ifPresent(o -> o.names().forEach(key -> map.put(key, o.text(key))));
    return map;
  }

  /** The keys of an object, none when absent: how Go writes a set. */
  public List<String> keys(String name) {
    return object(name).map(JsonFields::names).orElse(List.of());
  }

  /** A nested object. */
  public Optional<JsonFields> object(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw refused(name, "is not an object");
    }
    return Optional.of(new JsonFields(value, what + "." + name));
  }

  /** Nested objects, none when absent. */
  public List<JsonFields> objects(String name) {
    JsonNode value = object.path(name);
    return absent(value) ? List.of() : objects(value, what + "." + name);
  }

  static List<JsonFields> objects(JsonNode array, String what) {
    if (!array.isArray() || array.size() > MAX_ELEMENTS) {
      throw new Fault.InvalidArgument(what + ": is not an array of bounded size");
    }
    List<JsonFields> objects = new ArrayList<>();
    for (JsonNode value : array) {
      if (!value.isObject()) {
        throw new Fault.InvalidArgument(what + ": holds something that is not an object");
      }
      objects.add(new JsonFields(value, what + "[" + objects.size() + "]"));
    }
    return objects;
  }

  /** The field's path for a message. */
  public Fault.InvalidArgument refused(String name, String why) {
    return new Fault.InvalidArgument(what + ": " + name + " " + why);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    if (names.size() > MAX_ELEMENTS) {
      throw new Fault.InvalidArgument(what + ": has more than " + MAX_ELEMENTS + " keys");
    }
    return names;
  }

  private Iterable<JsonNode> array(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MAX_ELEMENTS) {
      throw refused(name, "is not an array of bounded size");
    }
    return value;
  }

  private String string(JsonNode value, String name) {
    if (!value.isTextual()) {
      throw refused(name, "is not a string");
    }
    return value.textValue();
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
