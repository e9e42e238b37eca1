package dev.berth.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings given, by key, and everything found wrong with them so far. */
final class Settings {
  private final Map<String, Setting> given = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Takes one setting over, in place of an earlier one of the same key. */
  void put(Setting setting) {
    Optional<Key<?>> list = Keys.listOfNames(setting.key());
    if (list.isPresent() && setting.value() instanceof String value) {
      add(list.get().name(), setting, value);
      return;
    }
    var key = Keys.find(setting.key());
    if (key.isEmpty()) {
      problems.add(setting.origin() + ": " + unknown(setting.key()));
      return;
    }
    if (!key.get().type().accepts(setting.value())) {
      problems.add(refusal(key.get(), setting, "it is " + Given.typeOf(setting.value())));
      return;
    }
    given.put(setting.key(), setting);
  }

  /** One more item of a list: {@code LIST.NAME = VALUE} stands for NAME=VALUE in it. */
  private void add(String list, Setting setting, String value) {
    String name = setting.key().substring(list.length() + 1) + "=";
    List<Object> items = new ArrayList<>();
    Setting before = given.get(list);
    if (before != null && before.value() instanceof List<?> known) {
      known.stream().filter(item -> !String.valueOf(item).startsWith(name)).forEach(items::add);
    }
    items.add(name + value);
    given.put(list, new Setting(list, items, setting.origin()));
  }

  /** The value of a key, or the default when it is not given or cannot be used. */
  <T> T get(Key<T> key, T fallback) {
    Setting setting = given.get(key.name());
    if (setting == null) {
      return fallback;
    }
    try {
      return key.convert().apply(setting.value());
    } catch (IllegalArgumentException e) {
      problems.add(refusal(key, setting, e.getMessage()));
      return fallback;
    }
  }

  /** Notes that a value, possible alone, is impossible beside the others. */
  void refuse(Key<?> key, String why) {
    Setting setting = given.get(key.name());
    problems.add(setting == null ? key.name() + ": " + why : refusal(key, setting, why));
  }

  /** Everything wrong so far, in the order found. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Every key's value as it is in force. */
  List<Effective> effective() {
    List<Effective> all = new ArrayList<>();
    for (Key<?> key : Keys.ALL) {
      Setting setting = given.get(key.name());
      all.add(
          setting == null
              ? new Effective(key.name(), key.fallback(), "default")
              : new Effective(
                  key.name(), Given.show(setting.value()), setting.origin().toString()));
    }
    return all;
  }

  private static String refusal(Key<?> key, Setting setting, @Nullable String why) {
    return setting.origin()
        + ": "
        + key.name()
        + " = "
        + Given.show(setting.value())
        + ": expected "
        + (key.type().accepts(setting.value()) ? "" : key.type().named() + ": ")
        + key.expected()
        + (why == null ? "" : ", but " + why);
  }

  private static String unknown(String name) {
    if (Keys.isTable(name)) {
      return name + ": expected a table, as in [" + name + "]";
    }
    Map<String, Integer> distances = new LinkedHashMap<>();
    Keys.ALL.forEach(key -> distances.put(key.name(), Given.distance(name, key.name())));
    var nearest = distances.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
    return name
        + ": unknown key"
        + (nearest.getValue() <= 4 ? "; the nearest one is " + nearest.getKey() : "")
        + "; expected one of those in docs/config.md";
  }
}
