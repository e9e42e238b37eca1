package dev.berth.container;

import dev.berth.cri.v1.ReopenContainerLogRequest;
import dev.berth.cri.v1.ReopenContainerLogResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.ContainerState.Running;
import dev.berth.state.Pods;
import dev.berth.state.ShimFaults;
import dev.berth.state.StatusViews;

/** Opens a container's log file anew, after the kubelet has moved the full one away. */
public final class ReopenContainerLog
    implements Verb<ReopenContainerLogRequest, ReopenContainerLogResponse> {
  private final Pods pods;

  public ReopenContainerLog(Pods pods) {
    this.pods = pods;
  }

  @Override
  public ReopenContainerLogResponse call(ReopenContainerLogRequest request, CallContext context) {
    Container container = pods.container("container_id", request.getContainerId());
    Shim shim = pods.sandbox("pod_sandbox_id", container.sandboxId()).shim();
    if (shim == null || !(container.state() instanceof Running)) {
      throw new Fault.FailedPrecondition(
          "reopen the log of container "
              + container.id()
              + ": it is "
              + StatusViews.state(container)
              + ", not CONTAINER_RUNNING");
    }
    try {
      shim.reopenLog(container.id());
    } catch (ShimFailure e) {
      throw ShimFaults.of("reopen the log of container " + container.id(), e);
    }
    return ReopenContainerLogResponse.getDefaultInstance();
  }
}
