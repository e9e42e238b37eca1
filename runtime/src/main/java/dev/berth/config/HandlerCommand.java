package dev.berth.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A runtime handler other than Berth's own engine.
 *
 * @param name what a RuntimeClass calls it: a DNS label
 * @param command an OCI runtime's program, by an absolute path or a plain name, and its options
 */
public record HandlerCommand(String name, List<String> command) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern PROGRAM = Pattern.compile("/.*[^/]|[^/]+");

  /** Keeps a copy of the list. */
  public HandlerCommand {
    command = List.copyOf(command);
  }

  /**
   * Reads {@code NAME=PROGRAM [OPTION]...}.
   *
   * @throws IllegalArgumentException it is none
   */
  static HandlerCommand parse(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    List<String> words = List.of(text.substring(equals + 1).strip().split("\\s+", -1));
    if (equals < 0 || !NAME.matcher(name).matches() || name.equals("berth")) {
      throw new IllegalArgumentException("\"" + name + "\" is no name for another handler");
    }
    if (!PROGRAM.matcher(words.getFirst()).matches()) {
      throw new IllegalArgumentException(
          "\"" + words.getFirst() + "\" is neither an absolute path nor the name of a program");
    }
    if (VirtualMachines.runs(name) || VirtualMachines.runs(words.getFirst())) {
      throw new IllegalArgumentException("\"" + text + "\" " + VirtualMachines.REFUSAL);
    }
    return new HandlerCommand(name, words);
  }
}
