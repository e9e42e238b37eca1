package dev.berth.container;

import dev.berth.cgroup.Cgroups;
import dev.berth.fault.Fault;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.ContainerState.Ended;
import dev.berth.state.Exits;
import dev.berth.state.Layout;
import dev.berth.state.Leases;
import dev.berth.state.Pods;
import dev.berth.state.ShimFaults;
import dev.berth.state.Trash;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Kills and removes containers. Every step can be done again and finds it fine that its work is
 * already done.
 */
public final class ContainerTeardown {
  /** How long the kernel may take to end what was killed, before a caller is told. */
  private static final Duration KILL_DEADLINE = Duration.ofSeconds(10);

  private final Pods pods;
  private final Layout layout;
  private final Cgroups cgroups;
  private final Leases leases;
  private final Exits exits;
  private final Trash trash;
  private final Faults faults;

  public ContainerTeardown(
      Pods pods,
      Layout layout,
      Cgroups cgroups,
      Leases leases,
      Exits exits,
      Trash trash,
      Faults faults) {
    this.pods = pods;
    this.layout = layout;
    this.cgroups = cgroups;
    this.leases = leases;
    this.exits = exits;
    this.trash = trash;
    this.faults = faults;
  }

  /**
   * Kills everything in a container; it has ended when {@link #awaitEnd} says so.
   *
   * @param shim null when it is gone, in which case the kernel has killed the container's init with
   *     it and only the cgroup can still hold something
   */
  public void kill(Container container, @Nullable Shim shim) throws IOException {
    if (!container.state().alive()) {
      return;
    }
    if (shim == null || !killed(container, shim)) {
      cgroups.kill(container.born().getCgroupsList());
      exits.vanished(container, "its shim is gone");
    }
  }

  /**
   * Asks the shim for it.
   *
   * @return false when the shim does not answer or does not know the container
   */
  private static boolean killed(Container container, Shim shim) {
    try {
      shim.kill(container.id());
      return true;
    } catch (ShimFailure e) {
      return switch (e.kind()) {
        case WRONG_STATE -> true;
        case UNREACHABLE, NOT_FOUND -> false;
        case BAD_REQUEST, MACHINE -> throw ShimFaults.of("kill container " + container.id(), e);
      };
    }
  }

  /**
   * Waits until a killed container has ended.
   *
   * @throws Fault.DeadlineExceeded when it has not, naming the process that does not end
   */
  public void awaitEnd(Container container) throws InterruptedException {
    boolean ended =
        container.await(
            s -> s instanceof Ended || s instanceof ContainerState.Making, KILL_DEADLINE);
    if (!ended) {
      throw new Fault.DeadlineExceeded(
          "container "
              + container.id()
              + " was killed and has not ended within "
              + KILL_DEADLINE.toSeconds()
              + " s: "
              + StuckProcess.describe(container.state()));
    }
  }

  /** Removes a container, killing it where it lives: nothing of it is left. */
  public void remove(Container container, @Nullable Shim shim) throws Exception {
    try (Steps steps = Steps.begin("RemoveContainer", faults)) {
      steps.run("kill", () -> kill(container, shim));
      steps.run("end", () -> awaitEnd(container));
      steps.run("shim", () -> forgetAtShim(container.id(), shim));
      steps.run("cgroup", () -> cgroups.remove(container.born().getCgroupsList()));
      steps.run("directories", () -> deleteDirectories(container.sandboxId(), container.id()));
      // before the record: once that is forgotten, nobody would come again to release the lease
      steps.run("lease", () -> leases.release(container.id()));
      steps.run("record", () -> pods.forget(container));
      steps.commit();
    }
  }

  /**
   * Takes back the making of an init, of which nobody may know how far it came: the shim may have
   * answered nothing.
   */
  void undoInit(String containerId, Shim shim) {
    try {
      shim.kill(containerId);
    } catch (ShimFailure _) {
      // most often there is nothing to kill; what cannot be killed, remove says
    }
    forgetAtShim(containerId, shim);
  }

  void forgetAtShim(String containerId, @Nullable Shim shim) {
    if (shim == null) {
      return;
    }
    try {
      shim.remove(containerId);
    } catch (ShimFailure e) {
      if (e.kind() != ShimFailure.Kind.UNREACHABLE && e.kind() != ShimFailure.Kind.NOT_FOUND) {
        throw ShimFaults.of("remove container " + containerId, e);
      }
    }
  }

  void deleteDirectories(String sandboxId, String containerId) throws IOException {
    Trash.delete(layout.run(sandboxId, containerId));
    trash.discard(layout.disk(containerId));
  }
}
