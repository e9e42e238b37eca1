package dev.berth.e2e.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a daemon is started.
 *
 * @param home folder for its root, socket and log
 * @param state the daemon's state folder
 * @param options {@code --set} options, key to value as TOML writes it
 * @param environment variables added to this process's own
 */
public record DaemonSettings(
    Path home, Path state, Map<String, String> options, Map<String, String> environment) {

  /** Copies the maps. */
  public DaemonSettings {
    options = Map.copyOf(options);
    environment = Map.copyOf(environment);
  }

  /** A daemon with its defaults. */
  public static DaemonSettings in(Path home) {
    return new DaemonSettings(home, home.resolve("state"), Map.of(), Map.of());
  }

  /** The same with one more option. */
  public DaemonSettings set(String key, String value) {
    return new DaemonSettings(home, state, with(options, key, value), environment);
  }

  /** The same with one more environment variable. */
  public DaemonSettings env(String key, String value) {
    return new DaemonSettings(home, state, options, with(environment, key, value));
  }

  /** The daemon's root folder. */
  public Path root() {
    return home.resolve("root");
  }

  /** The same with its state elsewhere. */
  public DaemonSettings stateIn(Path folder) {
    return new DaemonSettings(home, folder, options, environment);
  }

  /** The CRI socket. */
  public Path socket() {
    return home.resolve("berth.sock");
  }

  /** The file that takes the daemon's output, over all its starts. */
  public Path log() {
    return home.resolve("daemon.log");
  }

  List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Repository.launcher().toString());
    command.add("serve");
    command.addAll(List.of("--root", root().toString(), "--state", state().toString()));
    command.addAll(List.of("--socket", socket().toString()));
    new TreeMap<>(options)
        .forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return command;
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> more = new TreeMap<>(map);
    more.put(key, value);
    return more;
  }
}
