package dev.berth.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The configuration that a daemon runs by, and what an edited file would change of it.
 *
 * <p>Threads: any; reading again is serialized.
 */
public final class ConfigInForce {
  private final ConfigLoader loader;
  private final ConfigLoader.Loaded started;

  /** Filled by the first reading again: nothing is written out on the way to the socket. */
  private final Map<String, String> values = new LinkedHashMap<>();

  private ConfigInForce(ConfigLoader loader, ConfigLoader.Loaded started) {
    this.loader = loader;
    this.started = started;
  }

  /**
   * Reads the configuration for the first time.
   *
   * @throws ConfigRefused with all that is wrong
   */
  public static ConfigInForce read(ConfigLoader loader) throws ConfigRefused {
    return new ConfigInForce(loader, loader.read());
  }

  /** The configuration that the daemon was started with. */
  public BerthConfig config() {
    return started.config();
  }

  /** A key whose value in the file is not the one in force. */
  public record Change(String key, String from, String to) {}

  /** What was read, and how it differs from what is in force. */
  public record Reread(BerthConfig config, List<Change> changes) {}

  /**
   * Reads the configuration again. Changes that can be taken over are in force when this returns,
   * in the eyes of the next reading; the others show up again in it.
   *
   * @param taken whether the caller takes a key's new value over
   * @throws ConfigRefused with all that is wrong; nothing has changed
   */
  public synchronized Reread reread(Predicate<String> taken) throws ConfigRefused {
    ConfigLoader.Loaded now = loader.read();
    if (values.isEmpty()) {
      started.effective().forEach(one -> values.put(one.key(), one.value()));
    }
    List<Change> changes = new ArrayList<>();
    for (Effective one : now.effective()) {
      String before = Objects.requireNonNull(values.get(one.key()));
      if (!before.equals(one.value())) {
        changes.add(new Change(one.key(), before, one.value()));
      }
    }
    changes.stream().filter(c -> taken.test(c.key())).forEach(c -> values.put(c.key(), c.to()));
    return new Reread(now.config(), changes);
  }
}
