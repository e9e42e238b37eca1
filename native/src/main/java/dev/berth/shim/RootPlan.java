package dev.berth.shim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The container's root.
 *
 * @param lower absolute paths of the layers, topmost first. One layer and no upper: that directory
 *     itself is the root
 * @param upper absolute path of the writable layer, or null for a root without one
 * @param work absolute path of overlay's fresh work directory; goes with upper
 * @param readonly whether the root mount is read-only for the container
 */
public record RootPlan(
    List<String> lower, @Nullable String upper, @Nullable String work, boolean readonly) {

  public RootPlan {
    lower = List.copyOf(lower);
    if (lower.isEmpty()) {
      throw new IllegalArgumentException("a root needs at least one layer");
    }
    if ((upper == null) != (work == null)) {
      throw new IllegalArgumentException("upper and work go together");
    }
  }
}
