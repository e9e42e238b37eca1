package dev.berth.shim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything a shim has, for a daemon that comes back. */
public record Inventory(List<Entry> containers) {
  public Inventory {
    containers = List.copyOf(containers);
  }

  /** How far a container is. */
  public enum State {
    /** Its init waits for start. */
    CREATED,
    RUNNING,
    EXITED
  }

  /**
   * One container.
   *
   * @param exit how it ended, null unless EXITED
   */
  public record Entry(String id, int hostPid, State state, @Nullable ExitRecord exit) {}
}
