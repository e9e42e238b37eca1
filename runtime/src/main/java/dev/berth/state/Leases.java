package dev.berth.state;

import dev.berth.image.Lease;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which images' layers each container keeps on disk: its own image's and those of its mounts. */
public final class Leases {
  private final Map<String, List<Lease>> held = new ConcurrentHashMap<>();

  /** A container has taken leases; they now belong to this class. */
  public void hold(String containerId, List<Lease> leases) {
    close(held.put(containerId, List.copyOf(leases)));
  }

  /** A container is gone; one that holds nothing is no error. */
  public void release(String containerId) {
    close(held.remove(containerId));
  }

  private static void close(@Nullable List<Lease> leases) {
    if (leases != null) {
      leases.forEach(Lease::close);
    }
  }
}
