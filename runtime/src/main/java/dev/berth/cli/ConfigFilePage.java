package dev.berth.cli;

import dev.berth.config.KeyFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The configuration file that packages install, and its manual page, from the keys. */
final class ConfigFilePage {
  private static final int WIDTH = 96;

  /** What the installed file sets: a node of a cluster has its network from plugins. */
  private static final Map<String, String> SET = Map.of("network.mode", "\"cni\"");

  private ConfigFilePage() {}

  /** The file: every key with what it is for; what is not set stands there as a comment. */
  static String file() {
    StringBuilder text = new StringBuilder();
    text.append("# Berth's configuration: TOML, read by `berth serve`.\n");
    text.append("# Keys behind a # have their default. `berth config check` says what is wrong,\n");
    text.append(
        "# `berth config dump` what is in force, `berth reload` makes the daemon read it\n");
    text.append(
        "# again and says which keys wait for the next start (which leaves pods running).\n");
    String table = "";
    for (KeyFacts key : KeyFacts.all()) {
      int dot = key.name().lastIndexOf('.');
      String its = dot < 0 ? "" : key.name().substring(0, dot);
      if (!its.equals(table)) {
        text.append("\n[").append(its).append("]\n");
        table = its;
      }
      text.append('\n');
      wrapped(key.about()).forEach(line -> text.append("# ").append(line).append('\n'));
      wrapped("Expected: " + key.expected() + ".")
          .forEach(line -> text.append("# ").append(line).append('\n'));
      String set = SET.get(key.name());
      text.append(set == null ? "# " : "").append(key.name().substring(dot + 1)).append(" = ");
      text.append(set == null ? key.fallback() : set).append('\n');
    }
    return text.toString();
  }

  /** The page of section 5. */
  static String manual() {
    StringBuilder roff = new StringBuilder();
    roff.append(".TH \"BERTH-CONFIG.TOML\" \"5\" \"\" \"Berth\"\n.SH NAME\n");
    roff.append("berth\\-config.toml \\- configuration of the container runtime Berth\n");
    roff.append(".SH DESCRIPTION\n");
    roff.append(
        "berth(8) serve reads /etc/berth/config.toml when it is there. The file is TOML;\n");
    roff.append(
        "every key has a default. An unknown key or an impossible value keeps the daemon\n");
    roff.append("from starting, with file, line, key and what was expected.\n.SH KEYS\n");
    for (KeyFacts key : KeyFacts.all()) {
      roff.append(".TP\n\\fB").append(ManPage.escaped(key.name())).append("\\fR (");
      roff.append(ManPage.escaped(key.type() + ", default " + key.fallback())).append(")\n");
      roff.append(ManPage.escaped(key.about())).append('\n');
      roff.append(ManPage.escaped("Expected: " + key.expected() + ".")).append('\n');
    }
    return roff.append(".SH SEE ALSO\nberth(8), berth\\-config(8)\n").toString();
  }

  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
