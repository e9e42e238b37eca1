package dev.berth.container;

import dev.berth.cri.v1.StopContainerRequest;
import dev.berth.cri.v1.StopContainerResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.ContainerState.Ended;
import dev.berth.state.ContainerState.Running;
import dev.berth.state.ContainerState.Starting;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.ShimFaults;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stops a container: its stop signal, the time it was given, then a kill of all that is in it.
 *
 * <p>Idempotent: a container that ended, or is gone, is no error; one that never started is killed
 * at once. Each call waits on its own clock and all of them for the same end, so a second call with
 * a shorter timeout shortens the first.
 */
public final class StopContainer implements Verb<StopContainerRequest, StopContainerResponse> {
  /** A timeout beyond this is no timeout any more; keeps arithmetic and waits bounded. */
  private static final long LONGEST_SECONDS = Duration.ofDays(7).toSeconds();

  private final Pods pods;
  private final ContainerTeardown teardown;
  private final Faults faults;

  public StopContainer(Pods pods, ContainerTeardown teardown, Faults faults) {
    this.pods = pods;
    this.teardown = teardown;
    this.faults = faults;
  }

  @Override
  public StopContainerResponse call(StopContainerRequest request, CallContext context)
      throws Exception {
    if (request.getTimeout() < 0) {
      throw Fault.InvalidArgument.of("timeout", request.getTimeout(), "must not be negative");
    }
    var found = pods.findContainer("container_id", request.getContainerId());
    if (found.isPresent() && found.get().state().alive()) {
      stop(found.get(), Duration.ofSeconds(Math.min(request.getTimeout(), LONGEST_SECONDS)));
    }
    return StopContainerResponse.getDefaultInstance();
  }

  private void stop(Container container, Duration timeout) throws Exception {
    Shim shim =
        pods.findSandbox("pod_sandbox_id", container.sandboxId()).map(Sandbox::shim).orElse(null);
    try (Steps steps = Steps.begin("StopContainer", faults)) {
      steps.run("signal", () -> ask(container, shim, timeout));
      steps.run("wait", () -> container.await(s -> s instanceof Ended, grace(container, timeout)));
      steps.run("kill", () -> teardown.kill(container, shim));
      steps.run("end", () -> teardown.awaitEnd(List.of(container)));
      steps.commit();
    }
  }

  /** Only a program that runs can answer a signal. */
  private static Duration grace(Container container, Duration timeout) {
    return runs(container) ? timeout : Duration.ZERO;
  }

  private static boolean runs(Container container) {
    return container.state() instanceof Running || container.state() instanceof Starting;
  }

  private static void ask(Container container, @Nullable Shim shim, Duration timeout) {
    if (shim == null || timeout.isZero() || !runs(container)) {
      return;
    }
    try {
      shim.signal(container.id(), container.born().getStopSignal(), false);
    } catch (ShimFailure e) {
      // it may have ended meanwhile, and a shim that does not answer is the kill's problem
      if (e.kind() == ShimFailure.Kind.MACHINE || e.kind() == ShimFailure.Kind.BAD_REQUEST) {
        throw ShimFaults.of("stop container " + container.id(), e);
      }
    }
  }
}
