package dev.berth.container;

import dev.berth.cri.v1.RemoveContainerRequest;
import dev.berth.cri.v1.RemoveContainerResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Container;
import dev.berth.state.Flights;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;

/**
 * Removes a container, killing it first where it runs. Idempotent: one that is gone is no error.
 */
public final class RemoveContainer
    implements Verb<RemoveContainerRequest, RemoveContainerResponse> {
  private final Pods pods;
  private final ContainerTeardown teardown;
  private final Flights<Container> removals = new Flights<>();

  public RemoveContainer(Pods pods, ContainerTeardown teardown) {
    this.pods = pods;
    this.teardown = teardown;
  }

  @Override
  public RemoveContainerResponse call(RemoveContainerRequest request, CallContext context)
      throws Exception {
    var found = pods.findContainer("container_id", request.getContainerId());
    if (found.isPresent()) {
      Container container = found.get();
      removals.join(container.id(), container.id(), () -> remove(container));
    }
    return RemoveContainerResponse.getDefaultInstance();
  }

  private Container remove(Container container) throws Exception {
    Sandbox sandbox = pods.findSandbox("pod_sandbox_id", container.sandboxId()).orElse(null);
    teardown.remove(container, sandbox == null ? null : sandbox.shim());
    return container;
  }
}
