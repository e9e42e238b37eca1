package dev.berth.cni;

import dev.berth.cni.conf.CniVersion;
import dev.berth.cni.conf.ConfFolder;
import dev.berth.cni.conf.NetworkList;
import dev.berth.cni.conf.PluginConf;
import dev.berth.cni.plugin.Plugins;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The network that new pods get: what the folder says, with a version that all its plugins speak.
 *
 * <p>Threads: safe; the monitor is held while the folder is read and plugins are asked.
 */
final class NetworkSource {
  /** What there is. */
  sealed interface State {}

  /** A network whose plugins are all there. */
  record Usable(NetworkList list, CniVersion version) implements State {}

  /** No network, and why. */
  record Unusable(String message) implements State {}

  private final ConfFolder folder;
  private final Plugins plugins;
  private final Duration timeout;
  private volatile @Nullable String print;
  private volatile State state = new Unusable("the network configuration was not read yet");

  NetworkSource(ConfFolder folder, Plugins plugins, Duration timeout) {
    this.folder = folder;
    this.plugins = plugins;
    this.timeout = timeout;
  }

  /** As of the last look. */
  State state() {
    return state;
  }

  /** Whether the folder is another than at the last look; never waits for one that is going on. */
  boolean isStale() {
    try {
      return !folder.print().equals(print);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Looks at the folder, and reads it again if it changed or if there is no network yet: a plugin
   * that was missing may be there now.
   *
   * @return whether there is another network than before
   */
  synchronized boolean refresh() {
    State before = state;
    try {
      if (before instanceof Usable && folder.print().equals(print)) {
        return false;
      }
      ConfFolder.Look look = folder.look();
      print = look.print();
      state = evaluate(look);
    } catch (IOException e) {
      print = null;
      state = new Unusable(String.valueOf(e.getMessage()));
    }
    return !state.equals(before);
  }

  private State evaluate(ConfFolder.Look look) throws IOException {
    NetworkList list = look.list();
    if (list == null) {
      return new Unusable(look.problem());
    }
    Optional<CniVersion> version = Optional.empty();
    for (CniVersion candidate : list.versions()) {
      if (version.isEmpty() && allSpeak(list, candidate)) {
        version = Optional.of(candidate);
      }
    }
    return version.isPresent()
        ? new Usable(list, version.get())
        : new Unusable(
            "network " + list.name() + ": not all its plugins speak one of " + list.versions());
  }

  private boolean allSpeak(NetworkList list, CniVersion version) throws IOException {
    for (PluginConf plugin : list.plugins()) {
      if (!plugins.versions(plugin.type(), timeout).contains(version)) {
        return false;
      }
    }
    return true;
  }
}
