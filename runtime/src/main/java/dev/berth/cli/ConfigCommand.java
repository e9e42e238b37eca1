package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.config.ConfigLoader;
import dev.berth.config.ConfigRefused;
import dev.berth.config.Effective;
import dev.berth.config.KeyFacts;
import dev.berth.migration.Migration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code berth config}: the configuration, without a daemon. */
@Command(name = "config", description = "Check, show and explain the configuration.")
final class ConfigCommand {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description = "TOML; default /etc/berth/config.toml when it is there")
  Optional<Path> file = Optional.empty();

  @Command(name = "check", description = "Say everything that is wrong with the configuration.")
  int check() {
    try {
      int keys = loader().effective().size();
      System.out.println("ok: " + keys + " keys, from " + source());
      return 0;
    } catch (ConfigRefused e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  @Command(name = "dump", description = "Show every key's value and where it comes from.")
  int dump(@Option(names = "-o", description = "toml or json") Optional<Dump> form) {
    try {
      List<Effective> all = loader().effective();
      System.out.print(form.orElse(Dump.toml) == Dump.json ? json(all) : toml(all));
      return 0;
    } catch (ConfigRefused e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  /** How the configuration is shown. */
  enum Dump {
    toml,
    json
  }

  @Command(name = "explain", description = "Say what a key is for, or list the keys.")
  int explain(@Parameters(arity = "0..1", paramLabel = "KEY") Optional<String> key) {
    List<KeyFacts> all = KeyFacts.all();
    if (key.isEmpty()) {
      all.forEach(one -> System.out.println(one.name()));
      return 0;
    }
    Optional<KeyFacts> found = all.stream().filter(k -> k.name().equals(key.get())).findFirst();
    if (found.isEmpty()) {
      System.err.println("berth config explain: no key \"" + key.get() + "\"");
      return 2;
    }
    KeyFacts facts = found.get();
    System.out.println(facts.name() + ": " + facts.type());
    System.out.println("expected: " + facts.expected());
    System.out.println("default: " + facts.fallback());
    System.out.println(facts.about());
    return 0;
  }

  @Command(
      name = "import",
      description = {
        "Turn containerd's config.toml or CRI-O's crio.conf into a configuration of Berth's, on",
        "standard output; what does not carry over stands there too, and why."
      })
  int migrate(@Parameters(paramLabel = "FILE") Path file) {
    try {
      System.out.print(Migration.of(file).file(file));
      return 0;
    } catch (ConfigRefused e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  private ConfigLoader loader() {
    ConfigLoader loader = new ConfigLoader();
    if (file.isPresent() || Files.exists(ServeOptions.DEFAULT_FILE)) {
      loader.file(file.orElse(ServeOptions.DEFAULT_FILE));
    }
    return loader;
  }

  private String source() {
    if (file.isPresent() || Files.exists(ServeOptions.DEFAULT_FILE)) {
      return file.orElse(ServeOptions.DEFAULT_FILE).toString();
    }
    return "defaults alone";
  }

  /** Dotted keys are TOML too. */
  private static String toml(List<Effective> all) {
    StringBuilder text = new StringBuilder();
    for (Effective one : all) {
      boolean given = !one.origin().equals("default");
      text.append(given ? "" : "# ").append(one.key()).append(" = ").append(one.value());
      text.append(given ? "  # " + one.origin() : "").append('\n');
    }
    return text.toString();
  }

  private static String json(List<Effective> all) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    all.forEach(
        one ->
            list.addObject()
                .put("key", one.key())
                .put("value", one.value())
                .put("origin", one.origin()));
    return list.toPrettyString() + "\n";
  }
}
