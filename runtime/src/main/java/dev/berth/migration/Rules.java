package dev.berth.migration;

import dev.berth.config.ForeignSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What becomes of the settings of one runtime; the first rule that fits decides.
 *
 * <p>A pattern is a setting's path with dots between the names; {@code *} stands for one name,
 * {@code **} at the end for any number of them.
 */
final class Rules {
  private record Rule(List<String> pattern, Function<ForeignSetting, Fate> fate) {}

  private final List<Rule> rules = new ArrayList<>();

  /** The value goes to a key as it is. */
  Rules carry(String pattern, String key) {
    return carry(pattern, key, ForeignSetting::text);
  }

  /** The value goes to a key in another form. */
  Rules carry(String pattern, String key, Function<ForeignSetting, String> form) {
    return decide(pattern, setting -> new Fate.Carried(key, form.apply(setting)));
  }

  /** The value does not carry over. */
  Rules drop(String pattern, String why) {
    return decide(pattern, _ -> new Fate.Dropped(why));
  }

  /** The value decides. */
  Rules decide(String pattern, Function<ForeignSetting, Fate> fate) {
    rules.add(new Rule(List.of(pattern.split("[.]")), fate));
    return this;
  }

  /** What becomes of a setting whose path the runtime's own prefixes were taken from. */
  Fate of(ForeignSetting setting) {
    return rules.stream()
        .filter(rule -> fits(rule.pattern(), setting.path()))
        .findFirst()
        .map(rule -> rule.fate().apply(setting))
        .orElseGet(() -> new Fate.Dropped("Berth has no key for it (docs/config.md lists those)"));
  }

  private static boolean fits(List<String> pattern, List<String> path) {
    boolean open = pattern.getLast().equals("**");
    int names = open ? pattern.size() - 1 : pattern.size();
    if (open ? path.size() < names : path.size() != names) {
      return false;
    }
    for (int i = 0; i < names; i++) {
      if (!pattern.get(i).equals("*") && !pattern.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }
}
