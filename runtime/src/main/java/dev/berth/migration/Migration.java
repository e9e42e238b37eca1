package dev.berth.migration;

import dev.berth.config.ConfigLoader;
import dev.berth.config.ConfigRefused;
import dev.berth.config.Effective;
import dev.berth.config.ForeignSetting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What another runtime's configuration comes to. */
public final class Migration {
  /** Not what a file says but what it is: its runtime's pods have their network from plugins. */
  private static final String NETWORK = "network.mode";

  private final Map<String, String> carried = new LinkedHashMap<>();
  private final Map<String, List<String>> dropped = new LinkedHashMap<>();
  private final Map<String, String> from = new LinkedHashMap<>();

  private Migration() {}

  /**
   * Reads a file of containerd's or CRI-O's; which one it is shows by its tables.
   *
   * @throws ConfigRefused the file cannot be read or is not TOML
   */
  public static Migration of(Path file) throws ConfigRefused {
    List<ForeignSetting> all = ForeignSetting.read(file);
    boolean crio = all.stream().anyMatch(one -> one.path().getFirst().equals("crio"));
    Migration migration = new Migration();
    migration.carry("the runtime that it was", new Fate.Carried(NETWORK, "cni"));
    for (ForeignSetting one : all) {
      if (!one.saysNothing()) {
        Fate fate = crio ? Crio.RULES.of(one) : Containerd.RULES.of(Containerd.plain(one));
        migration.take(named(one), fate);
      }
    }
    return migration;
  }

  private static String named(ForeignSetting one) {
    List<String> names = one.path().stream().map(n -> n.contains(".") ? '"' + n + '"' : n).toList();
    return String.join(".", names) + " (line " + one.line() + ")";
  }

  private void take(String setting, Fate fate) {
    switch (fate) {
      case Fate.Carried it -> carry(setting, it);
      case Fate.Dropped it -> drop(setting, it.why());
    }
  }

  private void carry(String setting, Fate.Carried it) {
    try {
      String value =
          new ConfigLoader()
              .set(it.key(), it.key(), it.text()).effective().stream()
                  .filter(one -> one.key().equals(it.key()))
                  .map(Effective::value)
                  .findFirst()
                  .orElseThrow();
      carried.put(it.key(), value);
      from.put(it.key(), setting);
    } catch (ConfigRefused e) {
      drop(setting, "Berth does not take the value: " + e.getMessage());
    }
  }

  private void drop(String setting, String why) {
    dropped.computeIfAbsent(why, _ -> new ArrayList<>()).add(setting);
  }

  /** Keys and their values as they stand in a file. */
  public Map<String, String> carried() {
    return Map.copyOf(carried);
  }

  /** Reasons, and the settings that do not carry over for them. */
  public Map<String, List<String>> dropped() {
    return Map.copyOf(dropped);
  }

  /** A configuration file, with what does not carry over as comments. */
  public String file(Path source) {
    StringBuilder text = new StringBuilder("# From " + source + ", by `berth config import`.\n");
    carried.forEach(
        (key, value) ->
            text.append("\n# from ")
                .append(from.get(key))
                .append('\n')
                .append(key)
                .append(" = ")
                .append(value)
                .append('\n'));
    text.append("\n# What does not carry over, and why:\n");
    dropped.forEach(
        (why, settings) -> {
          text.append("#\n# ").append(why.replace("\n", "\n# ")).append(":\n");
          settings.forEach(one -> text.append("#   ").append(printable(one)).append('\n'));
        });
    return text.toString();
  }

  /** A name in a quoted key may hold anything; in a comment it must stay one line. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
