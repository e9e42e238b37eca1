package dev.berth.network;

import dev.berth.kernel.Fd;
import java.util.List;

/**
 * A pod to give a network to.
 *
 * <p>The descriptors stay the caller's: they are used during the call only. Close both soon after:
 * an open one keeps the pod's whole network namespace alive.
 *
 * @param podId the sandbox's id
 * @param pod who it is
 * @param podNetlinkSocket an AF_NETLINK, NETLINK_ROUTE socket that the pod's shim opened inside the
 *     pod's network namespace
 * @param netns the pod's network namespace (an open /proc/PID/ns/net)
 * @param hostPorts ports of the host that lead to the pod
 */
public record AttachRequest(
    String podId, PodFacts pod, Fd podNetlinkSocket, Fd netns, List<HostPort> hostPorts) {

  /** Keeps its own copy of the list. */
  public AttachRequest {
    hostPorts = List.copyOf(hostPorts);
  }

  /** {@code namespace/name} of the pod, for messages. */
  public String podName() {
    return pod.namespace() + "/" + pod.name();
  }
}
