package dev.berth.state;

import dev.berth.image.Lease;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which image's layers each container keeps on disk. */
public final class Leases {
  private final Map<String, Lease> held = new ConcurrentHashMap<>();

  /** A container has taken a lease; it now belongs to this class. */
  public void hold(String containerId, Lease lease) {
    Lease old = held.put(containerId, lease);
    if (old != null) {
      old.close();
    }
  }

  /** A container is gone; one that holds nothing is no error. */
  public void release(String containerId) {
    Lease lease = held.remove(containerId);
    if (lease != null) {
      lease.close();
    }
  }
}
