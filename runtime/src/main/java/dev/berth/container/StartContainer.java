package dev.berth.container;

import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StartContainerResponse;
import dev.berth.fault.Fault;
import dev.berth.handler.OciRuntime;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.CreationClock;
import dev.berth.state.Flights;
import dev.berth.state.Pods;
import dev.berth.state.StatusViews;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import org.jspecify.annotations.Nullable;

/**
 * Lets a created container's program run.
 *
 * <p>Answers when exec has happened. What only exec can tell (no program format, arguments too
 * long) is this call's error; the container has then ended with {@value #CANNOT_RUN} and reason
 * StartError, as clients of the CRI expect.
 *
 * <p>A request that comes again while the first still runs gets the first's answer.
 */
public final class StartContainer implements Verb<StartContainerRequest, StartContainerResponse> {
  private static final int CANNOT_RUN = 128;

  private final Pods pods;
  private final OtherRuntimes others;
  private final CreationClock clock;
  private final Faults faults;
  private final Runnable started;
  private final Flights<Container> starts = new Flights<>();

  /**
   * Starts containers of these pods.
   *
   * @param started runs after each start; must not wait
   */
  public StartContainer(
      Pods pods, OtherRuntimes others, CreationClock clock, Faults faults, Runnable started) {
    this.started = started;
    this.pods = pods;
    this.others = others;
    this.clock = clock;
    this.faults = faults;
  }

  @Override
  public StartContainerResponse call(StartContainerRequest request, CallContext context)
      throws Exception {
    Container container = pods.container("container_id", request.getContainerId());
    starts.join(container.id(), container.id(), () -> start(container));
    return StartContainerResponse.getDefaultInstance();
  }

  private Container start(Container container) throws Exception {
    Shim shim = shim(container);
    if (shim == null || !container.starting(clock.now())) {
      throw new Fault.FailedPrecondition(
          "start container "
              + container.id()
              + ": it is "
              + StatusViews.state(container)
              + ", not CONTAINER_CREATED");
    }
    try (Steps steps = Steps.begin("StartContainer", faults)) {
      steps.undo("exec", () -> cannotRun(container, shim)).run("exec", () -> exec(container, shim));
      steps.run("record", container::running);
      steps.commit();
    }
    started.run();
    return container;
  }

  private void exec(Container container, Shim shim) {
    OciRuntime other = others.of(container.sandboxId());
    try {
      if (other == null) {
        shim.start(container.id());
      } else {
        others.start(other, container, shim);
      }
    } catch (ShimFailure e) {
      throw BlamedField.ofContainer(
          "start container " + container.id(), container.born().getConfig(), e);
    }
  }

  /** The start failed: whatever of the container exists is killed, and it never will run. */
  private void cannotRun(Container container, Shim shim) throws ShimFailure {
    try {
      shim.kill(container.id());
    } catch (ShimFailure e) {
      if (e.kind() != ShimFailure.Kind.NOT_FOUND && e.kind() != ShimFailure.Kind.WRONG_STATE) {
        throw e;
      }
    } finally {
      container.ended(CANNOT_RUN, "StartError", "the program could not be run", clock.now());
      container.explain("StartError", "the program could not be run");
    }
  }

  private @Nullable Shim shim(Container container) {
    return pods.sandbox("pod_sandbox_id", container.sandboxId()).shim();
  }
}
