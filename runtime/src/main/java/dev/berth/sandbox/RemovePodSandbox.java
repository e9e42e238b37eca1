package dev.berth.sandbox;

import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RemovePodSandboxResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Flights;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;

/** Removes a pod, stopping it first where it runs. Idempotent: a pod that is gone is no error. */
public final class RemovePodSandbox
    implements Verb<RemovePodSandboxRequest, RemovePodSandboxResponse> {
  private final Pods pods;
  private final StopPodSandbox stop;
  private final SandboxTeardown teardown;
  private final Flights<Sandbox> removals = new Flights<>();

  public RemovePodSandbox(Pods pods, StopPodSandbox stop, SandboxTeardown teardown) {
    this.pods = pods;
    this.stop = stop;
    this.teardown = teardown;
  }

  @Override
  public RemovePodSandboxResponse call(RemovePodSandboxRequest request, CallContext context)
      throws Exception {
    var found = pods.findSandbox("pod_sandbox_id", request.getPodSandboxId());
    if (found.isPresent()) {
      Sandbox sandbox = found.get();
      removals.join(
          sandbox.id(),
          sandbox.id(),
          () -> {
            stop.stop(sandbox);
            teardown.remove(sandbox);
            return sandbox;
          });
    }
    return RemovePodSandboxResponse.getDefaultInstance();
  }
}
