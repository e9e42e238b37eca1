package dev.berth.recovery;

import dev.berth.container.ContainerTeardown;
import dev.berth.sandbox.PodParts;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when the line to a pod's shim breaks while the pod is up.
 *
 * <p>A shim that still answers gets a new line. One that was killed has taken its containers with
 * it: they are reported as ended, what is left in their cgroups is killed, and the pod is not ready
 * any more; stop and remove clean up as ever.
 */
public final class LostShim implements Consumer<Sandbox> {
  private static final Logger LOG = LoggerFactory.getLogger(LostShim.class);

  private final PodParts parts;
  private final ContainerTeardown containers;
  private final ContainerRecovery recovery;

  public LostShim(PodParts parts, ContainerTeardown containers, ContainerRecovery recovery) {
    this.parts = parts;
    this.containers = containers;
    this.recovery = recovery;
  }

  @Override
  public void accept(Sandbox sandbox) {
    if (!(sandbox.state() instanceof SandboxState.Up)) {
      return;
    }
    try {
      Shim shim = parts.reconnectShim(sandbox.id());
      sandbox.reconnected(shim);
      recovery.compare(sandbox);
      LOG.warn("pod {}: the line to its shim broke and stands again", sandbox.id());
    } catch (ShimFailure e) {
      LOG.warn("pod {}: its shim is gone ({})", sandbox.id(), e.getMessage());
      sandbox.shimGone();
      sandbox.containers().forEach(this::end);
    } catch (Exception e) {
      LOG.warn("pod {}: comparing with its shim failed", sandbox.id(), e);
    }
  }

  private void end(Container container) {
    try {
      containers.killWithoutShim(container, "its shim is gone");
    } catch (RuntimeException e) {
      LOG.warn("container {}: killing what is left of it failed", container.id(), e);
    }
  }
}
