package dev.berth.sandbox;

import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.cri.v1.StopPodSandboxResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Flights;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;

/**
 * Stops a pod. Idempotent: a pod that is stopped, or gone, is no error; a second stop joins the
 * first.
 */
public final class StopPodSandbox implements Verb<StopPodSandboxRequest, StopPodSandboxResponse> {
  private final Pods pods;
  private final SandboxTeardown teardown;
  private final Flights<Sandbox> stops = new Flights<>();

  public StopPodSandbox(Pods pods, SandboxTeardown teardown) {
    this.pods = pods;
    this.teardown = teardown;
  }

  @Override
  public StopPodSandboxResponse call(StopPodSandboxRequest request, CallContext context)
      throws Exception {
    var found = pods.findSandbox("pod_sandbox_id", request.getPodSandboxId());
    if (found.isPresent()) {
      stop(found.get());
    }
    return StopPodSandboxResponse.getDefaultInstance();
  }

  /** Stops a pod, or waits for the stop that runs. */
  void stop(Sandbox sandbox) throws Exception {
    stops.join(
        sandbox.id(),
        sandbox.id(),
        () -> {
          if (!(sandbox.state() instanceof SandboxState.Down)) {
            teardown.stop(sandbox);
          }
          return sandbox;
        });
  }
}
