package dev.berth.container;

import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.ContainerStatusResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.StatusViews;

/** Tells how a container is. */
public final class ContainerStatus
    implements Verb<ContainerStatusRequest, ContainerStatusResponse> {
  private final Pods pods;
  private final Layout layout;

  public ContainerStatus(Pods pods, Layout layout) {
    this.pods = pods;
    this.layout = layout;
  }

  @Override
  public ContainerStatusResponse call(ContainerStatusRequest request, CallContext context) {
    Container container = pods.container("container_id", request.getContainerId());
    if (!StatusViews.shown(container)) {
      throw new Fault.NotFound(
          "container_id \"" + request.getContainerId() + "\": the container is still being made");
    }
    ContainerStatusResponse.Builder out =
        ContainerStatusResponse.newBuilder()
            .setStatus(StatusViews.status(container, LogPaths.of(pods, container)));
    if (request.getVerbose()) {
      out.putInfo("info", ContainerInfo.json(container, layout));
    }
    return out.build();
  }
}
