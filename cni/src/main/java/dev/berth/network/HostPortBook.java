package dev.berth.network;

import dev.berth.fault.Fault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pod has which port of the host, so that a second one is refused with the first one's name.
 *
 * <p>Threads: safe; the monitor is never held during a system call.
 */
public final class HostPortBook {

  /** One protocol and port number, at all addresses. */
  private record Place(HostPort.Protocol protocol, int port) {}

  private record Owner(String podId, String podName, HostPort port) {}

  private final Map<Place, Map<HostPort, Owner>> owners = new HashMap<>();

  /**
   * Takes all ports for a pod, or none. Ports that the pod has already are fine.
   *
   * @throws Fault.FailedPrecondition when another pod has one of them
   */
  public synchronized void take(String podId, String podName, List<HostPort> ports) {
    for (HostPort port : ports) {
      refuseIfTaken(podId, port);
    }
    for (HostPort port : ports) {
      owners
          .computeIfAbsent(place(port), p -> new HashMap<>())
          .put(port, new Owner(podId, podName, port));
    }
  }

  private static Place place(HostPort port) {
    return new Place(port.protocol(), port.hostPort());
  }

  private void refuseIfTaken(String podId, HostPort port) {
    for (Owner owner : owners.getOrDefault(place(port), Map.of()).values()) {
      if (!owner.podId.equals(podId) && owner.port.conflictsWith(port)) {
        throw new Fault.FailedPrecondition(
            "host port " + port + " is taken by pod " + owner.podName + " (" + owner.podId + ")");
      }
    }
  }

  /** Gives back everything that a pod has. */
  public synchronized void giveBack(String podId) {
    owners.values().forEach(there -> there.values().removeIf(owner -> owner.podId.equals(podId)));
    owners.values().removeIf(Map::isEmpty);
  }

  /** Gives back what a pod has of these ports. */
  public synchronized void giveBack(String podId, List<HostPort> ports) {
    for (HostPort port : ports) {
      Map<HostPort, Owner> there = owners.get(place(port));
      if (there != null) {
        there.values().removeIf(owner -> owner.podId.equals(podId) && owner.port.equals(port));
        if (there.isEmpty()) {
          owners.remove(place(port));
        }
      }
    }
  }
}
