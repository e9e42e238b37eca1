package dev.berth.cli;

import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigLoader;
import dev.berth.config.ConfigRefused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The options of {@code berth serve}, parsed by hand. */
final class ServeOptions {
  static final Path DEFAULT_FILE = Path.of("/etc/berth/config.toml");

  /** Options that are a configuration key under a shorter name. */
  private static final Set<String> KEYS = Set.of("--root", "--state", "--socket");

  private ServeOptions() {}

  /** The command line cannot be understood; the message says why. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  /**
   * From options to a configuration.
   *
   * @param args what follows {@code serve}; {@code --option value} and {@code --option=value}
   * @param defaultFile read when no file is named and it is there
   */
  static BerthConfig parse(List<String> args, Path defaultFile) throws Wrong, ConfigRefused {
    return loader(args, defaultFile).load();
  }

  /** From options to what reads the configuration, now and whenever it is read again. */
  static ConfigLoader loader(List<String> args, Path defaultFile) throws Wrong {
    ConfigLoader loader = new ConfigLoader();
    boolean named = false;
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      String option = equals < 0 ? arg : arg.substring(0, equals);
      if (!KEYS.contains(option) && !option.equals("--config") && !option.equals("--set")) {
        throw new Wrong("unknown option \"" + arg + "\"");
      }
      if (equals < 0 && ++i == args.size()) {
        throw new Wrong("option " + option + " has no value");
      }
      String value = equals < 0 ? args.get(i) : arg.substring(equals + 1);
      named |= option.equals("--config");
      apply(loader, option, value);
    }
    if (!named && Files.exists(defaultFile)) {
      loader.file(defaultFile);
    }
    return loader;
  }

  private static void apply(ConfigLoader loader, String option, String value) {
    switch (option) {
      case "--config" -> loader.file(Path.of(value));
      case "--set" -> loader.set(value);
      default -> loader.set(option, option.substring(2), value);
    }
  }
}
