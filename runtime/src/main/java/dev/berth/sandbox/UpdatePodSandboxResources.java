package dev.berth.sandbox;

import dev.berth.cri.v1.UpdatePodSandboxResourcesRequest;
import dev.berth.cri.v1.UpdatePodSandboxResourcesResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.spec.Limits;
import dev.berth.state.PodResources;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import java.util.List;

/**
 * Takes note of a pod's new limits. The kubelet owns the pod's cgroup and has changed it by the
 * time it calls, so nothing is written there: the values are kept and shown.
 */
public final class UpdatePodSandboxResources
    implements Verb<UpdatePodSandboxResourcesRequest, UpdatePodSandboxResourcesResponse> {
  private final Pods pods;

  public UpdatePodSandboxResources(Pods pods) {
    this.pods = pods;
  }

  @Override
  public UpdatePodSandboxResourcesResponse call(
      UpdatePodSandboxResourcesRequest request, CallContext context) {
    Sandbox sandbox = pods.sandbox("pod_sandbox_id", request.getPodSandboxId());
    Limits.of("overhead", request.getOverhead(), List.of());
    Limits.of("resources", request.getResources(), List.of());
    if (!(sandbox.state() instanceof SandboxState.Up)) {
      throw new Fault.FailedPrecondition(
          "pod_sandbox_id \"" + sandbox.id() + "\": the pod is not ready");
    }
    sandbox.limited(
        new PodResources(
            request.hasOverhead() ? request.getOverhead() : null,
            request.hasResources() ? request.getResources() : null));
    return UpdatePodSandboxResourcesResponse.getDefaultInstance();
  }
}
