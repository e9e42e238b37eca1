package dev.berth.sandbox;

import dev.berth.container.ContainerTeardown;
import dev.berth.network.Attachment;
import dev.berth.network.PodNetwork;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.ShimFaults;
import dev.berth.state.Trash;
import dev.berth.state.v1.SandboxRecord;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a pod down, step by step. Every step can be done again, and finds it fine that its work is
 * already done; so a stop that failed half-way is finished by the next one.
 */
public final class SandboxTeardown {
  private final Pods pods;
  private final Layout layout;
  private final PodNetwork network;
  private final ContainerTeardown containers;
  private final PodCgroups cgroups;
  private final StuckShims stuckShims;
  private final Faults faults;

  public SandboxTeardown(
      Pods pods,
      Layout layout,
      PodNetwork network,
      ContainerTeardown containers,
      PodCgroups cgroups,
      StuckShims stuckShims,
      Faults faults) {
    this.pods = pods;
    this.layout = layout;
    this.network = network;
    this.containers = containers;
    this.cgroups = cgroups;
    this.stuckShims = stuckShims;
    this.faults = faults;
  }

  /**
   * Stops a pod: its containers are killed, its network is taken away, its shim ends.
   *
   * @throws Exception the fault of the first step that failed; calling again goes on there
   */
  public void stop(Sandbox sandbox) throws Exception {
    sandbox.stopping();
    try (Steps steps = Steps.begin("StopPodSandbox", faults)) {
      steps.run("containers", () -> killAll(sandbox));
      steps.run("network", () -> detach(sandbox.attachment()));
      steps.run("shim", () -> end(sandbox.shim()));
      steps.run("record", sandbox::down);
      steps.commit();
    }
  }

  /** Removes a stopped pod and its containers: nothing of it is left. */
  public void remove(Sandbox sandbox) throws Exception {
    try (Steps steps = Steps.begin("RemovePodSandbox", faults)) {
      steps.run("containers", () -> removeAll(sandbox));
      steps.run("cgroups", () -> removeCgroups(sandbox.born()));
      steps.run("directories", () -> deleteDirectories(sandbox.id()));
      steps.run("record", () -> pods.forget(sandbox));
      steps.commit();
    }
  }

  /** Kills all at once and then waits for each: a pod's stop takes as long as its slowest. */
  private void killAll(Sandbox sandbox) throws Exception {
    Shim shim = sandbox.shim();
    for (Container container : sandbox.containers()) {
      boolean silent = containers.kill(container, shim);
      if (silent && shim != null) {
        stuckShims.kill(shim);
        shim = null;
      }
    }
    containers.awaitEnd(sandbox.containers());
  }

  private void removeAll(Sandbox sandbox) throws Exception {
    for (Container container : sandbox.containers()) {
      containers.remove(container, sandbox.shim());
    }
  }

  void detach(@Nullable Attachment attachment) {
    if (attachment != null) {
      network.detach(attachment);
    }
  }

  /** Ends a shim; one that does not answer is gone, or is killed. */
  void end(@Nullable Shim shim) {
    if (shim == null) {
      return;
    }
    try {
      shim.end(true);
    } catch (ShimFailure e) {
      if (e.kind() != ShimFailure.Kind.UNREACHABLE) {
        throw ShimFaults.of("end the shim of pod " + shim.podId(), e);
      }
      stuckShims.kill(shim);
    } finally {
      shim.close();
    }
  }

  void removeCgroups(SandboxRecord born) {
    cgroups.remove(born);
  }

  void deleteDirectories(String sandboxId) throws IOException {
    Trash.delete(layout.pod(sandboxId));
  }
}
