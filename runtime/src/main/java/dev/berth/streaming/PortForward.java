package dev.berth.streaming;

import dev.berth.cri.v1.PortForwardRequest;
import dev.berth.cri.v1.PortForwardResponse;
import dev.berth.fault.Fault;
import dev.berth.kernel.Fd;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState.Up;
import dev.berth.state.ShimFaults;
import java.util.List;

/**
 * Answers a URL behind which a client can connect to ports on the loopback addresses inside a pod's
 * network; of a pod in the host's network, the host's.
 */
public final class PortForward implements Verb<PortForwardRequest, PortForwardResponse> {
  /** Most ports of one request. */
  private static final int MOST_PORTS = 100;

  private final Pods pods;
  private final StreamingServer server;

  public PortForward(Pods pods, StreamingServer server) {
    this.pods = pods;
    this.server = server;
  }

  @Override
  public PortForwardResponse call(PortForwardRequest request, CallContext context) {
    if (request.getPortCount() > MOST_PORTS) {
      throw Fault.InvalidArgument.of(
          "port", request.getPortCount() + " ports", "must be at most " + MOST_PORTS);
    }
    for (int port : request.getPortList()) {
      if (port <= 0 || port > 65535) {
        throw Fault.InvalidArgument.of("port", port, "must be from 1 to 65535");
      }
    }
    Sandbox pod = pods.sandbox("pod_sandbox_id", request.getPodSandboxId());
    Shim _ = shim(pod);
    Grant grant = new Grant.Forward(List.copyOf(request.getPortList()), () -> sockets(pod));
    return PortForwardResponse.newBuilder().setUrl(server.url(grant)).build();
  }

  private static Shim shim(Sandbox pod) {
    if (pod.state() instanceof Up up) {
      return up.shim();
    }
    throw new Fault.FailedPrecondition("forward ports of pod " + pod.id() + ": it is not ready");
  }

  private static List<Fd> sockets(Sandbox pod) {
    try {
      return shim(pod).tcpSockets();
    } catch (ShimFailure e) {
      throw ShimFaults.of("forward ports of pod " + pod.id(), e);
    }
  }
}
