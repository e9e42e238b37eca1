package dev.berth.sandbox;

import dev.berth.cri.v1.PodSandboxStatusRequest;
import dev.berth.cri.v1.PodSandboxStatusResponse;
import dev.berth.fault.Fault;
import dev.berth.network.PodNetwork;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.StatusViews;

/** Tells how a pod is. */
public final class PodSandboxStatus
    implements Verb<PodSandboxStatusRequest, PodSandboxStatusResponse> {
  private final Pods pods;
  private final Layout layout;
  private final PodNetwork network;

  public PodSandboxStatus(Pods pods, Layout layout, PodNetwork network) {
    this.pods = pods;
    this.layout = layout;
    this.network = network;
  }

  @Override
  public PodSandboxStatusResponse call(PodSandboxStatusRequest request, CallContext context) {
    Sandbox sandbox = pods.sandbox("pod_sandbox_id", request.getPodSandboxId());
    if (!StatusViews.shown(sandbox)) {
      throw new Fault.NotFound(
          "pod_sandbox_id \"" + request.getPodSandboxId() + "\": the pod is still being made");
    }
    PodSandboxStatusResponse.Builder out =
        PodSandboxStatusResponse.newBuilder().setStatus(StatusViews.status(sandbox));
    if (request.getVerbose()) {
      out.putInfo("info", SandboxInfo.json(sandbox, layout, network));
    }
    return out.build();
  }
}
