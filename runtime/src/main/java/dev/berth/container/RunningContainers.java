package dev.berth.container;

import dev.berth.fault.Fault;
import dev.berth.shim.Shim;
import dev.berth.state.Container;
import dev.berth.state.ContainerState.Running;
import dev.berth.state.Pods;
import dev.berth.state.StatusViews;

/** Finds containers that something can be done in, and the shims that do it. */
public final class RunningContainers {
  private final Pods pods;

  public RunningContainers(Pods pods) {
    this.pods = pods;
  }

  /**
   * A container that runs.
   *
   * @param field name of the request's field, for refusals
   * @param what is to be done, e.g. {@code "exec in"}
   * @throws Fault.NotFound there is no such container
   * @throws Fault.FailedPrecondition it does not run
   */
  public Container running(String field, String id, String what) {
    Container container = pods.container(field, id);
    shim(container, what);
    return container;
  }

  /**
   * The shim of a container that runs.
   *
   * @param what is to be done, for the refusal
   * @throws Fault.FailedPrecondition it does not run
   */
  public Shim shim(Container container, String what) {
    Shim shim = pods.sandbox("pod_sandbox_id", container.sandboxId()).shim();
    if (shim == null || !(container.state() instanceof Running)) {
      throw new Fault.FailedPrecondition(
          what
              + " container "
              + container.id()
              + ": it is "
              + StatusViews.state(container)
              + ", not CONTAINER_RUNNING");
    }
    return shim;
  }
}
