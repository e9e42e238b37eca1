package dev.berth.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's manual page in the form of man(7), from the command's definition. */
final class ManPage {
  private final StringBuilder roff = new StringBuilder();

  private ManPage() {}

  /** The page of a command. */
  static String of(CommandSpec command) {
    return new ManPage().page(command);
  }

  private String page(CommandSpec command) {
    String title = command.qualifiedName("-");
    line(".TH \"" + title.toUpperCase(java.util.Locale.ROOT) + "\" \"8\" \"\" \"Berth\"");
    section("NAME");
    text(title + " - " + first(command));
    section("SYNOPSIS");
    text(command.commandLine().getHelp().synopsis(0).strip());
    section("DESCRIPTION");
    text(String.join(" ", command.usageMessage().description()));
    arguments(command);
    subcommands(command);
    if (command.parent() != null) {
      section("SEE ALSO");
      text("berth(8), berth-config.toml(5)");
    }
    return roff.toString();
  }

  private void arguments(CommandSpec command) {
    List<OptionSpec> options = command.options().stream().filter(o -> !o.hidden()).toList();
    List<PositionalParamSpec> rest =
        command.positionalParameters().stream().filter(p -> !p.hidden()).toList();
    if (options.isEmpty() && rest.isEmpty()) {
      return;
    }
    section("OPTIONS");
    rest.forEach(one -> item(one.paramLabel(), one));
    options.forEach(one -> item(String.join(", ", one.names()) + value(one), one));
  }

  private void item(String term, ArgSpec argument) {
    item(term, String.join(" ", argument.description()), argument.defaultValueString());
  }

  private void item(String term, String description, String fallback) {
    line(".TP");
    line("\\fB" + escaped(term) + "\\fR");
    text(description.replace("${DEFAULT-VALUE}", fallback));
  }

  private static String value(OptionSpec option) {
    return option.arity().max() == 0 ? "" : " " + option.paramLabel();
  }

  private void subcommands(CommandSpec command) {
    List<CommandLine> shown =
        command.subcommands().values().stream()
            .filter(one -> !one.getCommandSpec().usageMessage().hidden())
            .toList();
    if (shown.isEmpty()) {
      return;
    }
    section("COMMANDS");
    for (CommandLine one : shown) {
      CommandSpec spec = one.getCommandSpec();
      item(
          spec.name() + " " + parameters(spec),
          String.join(" ", spec.usageMessage().description()),
          "");
      if (command.parent() != null) {
        spec.options().stream()
            .filter(o -> !o.hidden() && !o.inherited())
            .forEach(o -> item("  " + String.join(", ", o.names()) + value(o), o));
      }
    }
  }

  private static String parameters(CommandSpec spec) {
    return String.join(
        " ",
        spec.positionalParameters().stream()
            .filter(p -> !p.hidden())
            .map(ArgSpec::paramLabel)
            .toList());
  }

  private static String first(CommandSpec command) {
    String all = String.join(" ", command.usageMessage().description());
    int end = all.indexOf(". ");
    String sentence = end < 0 ? all : all.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private void section(String name) {
    line(".SH " + name);
  }

  /** Text of a line of its own that is no request of roff. */
  private void text(String text) {
    text.lines().map(ManPage::escaped).forEach(this::line);
  }

  private void line(String line) {
    roff.append(line).append('\n');
  }

  /** So that roff shows it as it is. */
  static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
