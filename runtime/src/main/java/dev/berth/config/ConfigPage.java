package dev.berth.config;

/** Renders {@code docs/config.md} from the keys. */
final class ConfigPage {
  private ConfigPage() {}

  /** The whole page. */
  static String render() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Configuration

        `berth serve` reads `/etc/berth/config.toml` when it is there, or the file that `--config FILE`
        names. The file is TOML. Every key has a default, so an empty file, or none, is a complete
        configuration. `--set KEY=VALUE` (any number of times; the items of a list separated by commas)
        and `--root`, `--state`, `--socket` are stronger than the file. An unknown key, a wrong type or an
        impossible value keeps the daemon from starting, with the file, the line, the key and what was
        expected.

        This page is rendered from the keys in the code; a test holds the two together
        (`mvn -pl runtime -am test -Dtest=ConfigPageTest -Dberth.docs.write=true` writes it anew).

        | key | type | default |
        |---|---|---|
        """);
    for (Key<?> key : Keys.ALL) {
      page.append(
          "| [`%s`](#%s) | %s | `%s` |\n"
              .formatted(
                  key.name(),
                  anchor(key),
                  key.type().named().replaceFirst("^an? ", ""),
                  key.fallback()));
    }
    for (Key<?> key : Keys.ALL) {
      page.append("\n## ").append(key.name()).append("\n\n");
      page.append(key.about()).append("\n\n");
      page.append("Expected: ").append(key.expected()).append(". ");
      page.append("Default: `").append(key.fallback()).append("`.\n");
    }
    return page.toString();
  }

  private static String anchor(Key<?> key) {
    return key.name().replace(".", "");
  }
}
