package dev.berth.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Reads a TOML file into settings. The only class that touches the parser. */
final class TomlFile {
  /** A configuration is typed by hand; more than this is a mistaken path. */
  private static final int LARGEST = 1 << 20;

  private TomlFile() {}

  /**
   * Reads all settings of a file.
   *
   * @throws ConfigRefused when the file cannot be read or is not TOML
   */
  static List<Setting> read(Path file) throws ConfigRefused {
    List<Setting> settings = new ArrayList<>();
    collect(parse(file), "", file, settings);
    return settings;
  }

  /**
   * Reads all settings of a file that is another program's.
   *
   * @throws ConfigRefused when the file cannot be read or is not TOML
   */
  static List<ForeignSetting> foreign(Path file) throws ConfigRefused {
    List<ForeignSetting> settings = new ArrayList<>();
    collect(parse(file), List.of(), settings);
    return settings;
  }

  private static TomlParseResult parse(Path file) throws ConfigRefused {
    TomlParseResult toml = Toml.parse(text(file));
    if (toml.hasErrors()) {
      throw new ConfigRefused(
          toml.errors().stream()
              .map(e -> file + ":" + e.position().line() + ": not TOML: " + e.getMessage())
              .toList());
    }
    return toml;
  }

  private static void collect(TomlTable table, List<String> prefix, List<ForeignSetting> into) {
    for (String name : table.keySet()) {
      List<String> path = new ArrayList<>(prefix);
      path.add(name);
      var position = table.inputPositionOf(List.of(name));
      Object value = table.get(List.of(name));
      if (value instanceof TomlTable inner) {
        collect(inner, path, into);
      } else if (value != null) {
        into.add(new ForeignSetting(path, plain(value), position == null ? 0 : position.line()));
      }
    }
  }

  private static void collect(TomlTable table, String prefix, Path file, List<Setting> into) {
    for (String name : table.keySet()) {
      List<String> path = List.of(name);
      String key = prefix + name;
      var position = table.inputPositionOf(path);
      Origin origin = new Origin(file.toString(), position == null ? 0 : position.line());
      Object value = table.get(path);
      if (value instanceof TomlTable inner && (Keys.isTable(key) || !inner.isEmpty())) {
        collect(inner, key + ".", file, into);
      } else if (value != null) {
        into.add(new Setting(key, plain(value), origin));
      }
    }
  }

  private static Object plain(Object value) {
    return value instanceof TomlArray array ? array.toList() : value;
  }

  private static String text(Path file) throws ConfigRefused {
    try {
      if (Files.size(file) > LARGEST) {
        throw new ConfigRefused(
            List.of(file + ": read configuration: the file is larger than " + LARGEST + " bytes"));
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigRefused(List.of(file + ": read configuration: there is no such file"));
    } catch (IOException e) {
      throw new ConfigRefused(List.of(file + ": read configuration: " + e.getMessage()));
    }
  }
}
