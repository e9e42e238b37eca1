package dev.berth.streaming;

import dev.berth.container.RecentOutput;
import dev.berth.fault.Fault;
import dev.berth.shim.AttachedStreams;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.ContainerState.Ended;
import dev.berth.state.Pods;
import dev.berth.state.ShimFaults;
import dev.berth.state.StatusViews;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import dev.berth.streaming.remotecommand.AttachSession;
import dev.berth.streaming.remotecommand.Outcome;
import dev.berth.streaming.remotecommand.StreamSet;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container to attach to. One that has ended can still be attached to for a while: the client,
 * which may have been on its way when it ended, gets the end of its log.
 */
final class AttachTarget implements AttachSession.Target {
  private static final Logger LOG = LoggerFactory.getLogger(AttachTarget.class);

  /** How long the state may take to follow the end of the output. */
  private static final Duration END = Duration.ofSeconds(2);

  private final Pods pods;
  private final Container container;
  private final StreamSet streams;
  private final RecentOutput recent;
  private final Faults faults;

  AttachTarget(
      Pods pods, Container container, StreamSet streams, RecentOutput recent, Faults faults) {
    this.pods = pods;
    this.container = container;
    this.streams = streams;
    this.recent = recent;
    this.faults = faults;
  }

  /**
   * Refuses what can be known before a client comes.
   *
   * @throws Fault.FailedPrecondition the container neither lives nor has just ended
   */
  void check() {
    if (!container.state().alive() && !recent.has(container)) {
      throw new Fault.FailedPrecondition(
          "attach to container " + container.id() + ": it is " + StatusViews.state(container));
    }
  }

  private Shim shim() {
    Shim shim = pods.sandbox("pod_sandbox_id", container.sandboxId()).shim();
    if (shim == null) {
      throw new Fault.FailedPrecondition(
          "attach to container " + container.id() + ": its pod is stopped");
    }
    return shim;
  }

  @Override
  public AttachSession.Attached attach() throws Exception {
    check();
    if (!container.state().alive()) {
      return late();
    }
    AtomicReference<AttachedStreams> attached = new AtomicReference<>();
    try (Steps steps = Steps.begin("Attach", faults)) {
      steps.undo("streams", () -> close(attached.get()));
      steps.run("streams", () -> attached.set(ask()));
      steps.commit();
      return new AttachSession.Attached(attached.get(), Unpooled.EMPTY_BUFFER);
    } catch (ShimFailure e) {
      if (e.kind() == ShimFailure.Kind.WRONG_STATE && ended()) {
        return late();
      }
      throw ShimFaults.of("attach to container " + container.id(), e);
    }
  }

  /** Stdout in any case: its end is the container's, also for who only types. */
  private AttachedStreams ask() throws ShimFailure {
    return shim().attach(container.id(), streams.stdin(), true, streams.stderr());
  }

  private static void close(@Nullable AttachedStreams streams) {
    if (streams != null) {
      streams.close();
    }
  }

  private AttachSession.Attached late() throws IOException {
    return new AttachSession.Attached(null, Unpooled.wrappedBuffer(recent.of(container)));
  }

  private boolean ended() {
    try {
      return container.await(s -> s instanceof Ended, END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Outcome afterOutput() {
    return ended()
        ? new Outcome.Exited(0)
        : new Outcome.Failed("output was cut off: the client did not take it as fast as it came");
  }

  @Override
  public void closeStdin() {
    if (!streams.stdin() || !container.born().getConfig().getStdinOnce()) {
      return;
    }
    try {
      shim().closeStdin(container.id());
    } catch (ShimFailure | Fault e) {
      LOG.debug("stdin of container {} needs no closing any more", container.id(), e);
    }
  }
}
