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
import dev.berth.state.v1.ContainerRecord;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills and removes containers. Every step can be done again and finds it fine that its work is
 * already done.
 */
public final class ContainerTeardown {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerTeardown.class);

  /** How long the kernel may take to end what was killed, before a caller is told. */
  private static final Duration KILL_DEADLINE = Duration.ofSeconds(10);

  private static final long SHIM_POLL_MILLIS = 5;

  private final Pods pods;
  private final Layout layout;
  private final Cgroups cgroups;
  private final OtherRuntimes others;
  private final Leases leases;
  private final Exits exits;
  private final Trash trash;
  private final Faults faults;

  public ContainerTeardown(
      Pods pods,
      Layout layout,
      Cgroups cgroups,
      OtherRuntimes others,
      Leases leases,
      Exits exits,
      Trash trash,
      Faults faults) {
    this.pods = pods;
    this.layout = layout;
    this.cgroups = cgroups;
    this.others = others;
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
   * @return whether the shim, if there was something to ask it, did not answer
   */
  public boolean kill(Container container, @Nullable Shim shim) {
    if (!container.state().alive()) {
      return false;
    }
    if (shim == null) {
      killWithoutShim(container, "its shim is gone");
      return false;
    }
    return switch (ask(container, shim)) {
      case DONE -> false;
      case UNKNOWN -> {
        killWithoutShim(container, "its shim did not know it");
        yield false;
      }
      case SILENT -> {
        killWithoutShim(container, "its shim did not answer");
        yield true;
      }
    };
  }

  /**
   * Kills what is in a container's cgroup and has it ended for the reason given: nobody is left to
   * report its true end.
   */
  public void killWithoutShim(Container container, String why) {
    if (container.state().alive()) {
      LOG.warn("container {}: {}, its cgroup is killed", container.id(), why);
      cgroups.kill(container.born().getCgroupsList());
      exits.vanished(container, why);
    }
  }

  private enum Asked {
    DONE,
    UNKNOWN,
    SILENT
  }

  private static Asked ask(Container container, Shim shim) {
    try {
      shim.kill(container.id());
      return Asked.DONE;
    } catch (ShimFailure e) {
      return switch (e.kind()) {
        case WRONG_STATE -> Asked.DONE;
        case NOT_FOUND -> Asked.UNKNOWN;
        case UNREACHABLE, FOREIGN -> Asked.SILENT;
        case BAD_REQUEST, MACHINE -> throw ShimFaults.of("kill container " + container.id(), e);
      };
    }
  }

  /**
   * Waits until killed containers have ended, for all of them together as long as for one.
   *
   * @throws Fault.DeadlineExceeded when one has not, naming the processes that do not end
   */
  public void awaitEnd(List<Container> killed) throws InterruptedException {
    long deadline = System.nanoTime() + KILL_DEADLINE.toNanos();
    for (Container container : killed) {
      awaitEnd(container, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }

  private void awaitEnd(Container container, Duration time) throws InterruptedException {
    boolean ended =
        container.await(s -> s instanceof Ended || s instanceof ContainerState.Making, time);
    if (!ended) {
      throw new Fault.DeadlineExceeded(
          "container "
              + container.id()
              + " was killed and has not ended within "
              + KILL_DEADLINE.toSeconds()
              + " s: "
              + StuckProcess.describe(
                  container.state(), cgroups.processes(container.born().getCgroupsList())));
    }
  }

  /** Removes a container, killing it where it lives: nothing of it is left. */
  public void remove(Container container, @Nullable Shim shim) throws Exception {
    try (Steps steps = Steps.begin("RemoveContainer", faults)) {
      steps.run("kill", () -> kill(container, shim));
      steps.run("end", () -> awaitEnd(List.of(container)));
      LeftBehind.say(container, layout);
      steps.run("shim", () -> forgetAtShim(container.id(), shim));
      steps.run("runtime", () -> forgetAtRuntime(container.born()));
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
  void undoInit(ContainerRecord born, Shim shim) throws InterruptedException, IOException {
    String containerId = born.getId();
    try {
      shim.kill(containerId);
    } catch (ShimFailure _) {
      // most often there is nothing to kill; what cannot be killed, remove says
    }
    forgetAtShim(containerId, shim);
    forgetAtRuntime(born);
  }

  private void forgetAtRuntime(ContainerRecord born) throws IOException {
    others.delete(born.getSandboxId(), born.getId(), born.getCgroupsList());
  }

  /** A container that a failed start has just killed may need a moment to end. */
  void forgetAtShim(String containerId, @Nullable Shim shim) throws InterruptedException {
    long deadline = System.nanoTime() + KILL_DEADLINE.toNanos();
    while (shim != null && !forgotten(containerId, shim, System.nanoTime() > deadline)) {
      TimeUnit.MILLISECONDS.sleep(SHIM_POLL_MILLIS);
    }
  }

  private static boolean forgotten(String containerId, Shim shim, boolean lastTry) {
    try {
      shim.remove(containerId);
      return true;
    } catch (ShimFailure e) {
      return switch (e.kind()) {
        case UNREACHABLE, NOT_FOUND -> true;
        case WRONG_STATE -> {
          if (lastTry) {
            throw ShimFaults.of("remove container " + containerId, e);
          }
          yield false;
        }
        case BAD_REQUEST, MACHINE, FOREIGN ->
            throw ShimFaults.of("remove container " + containerId, e);
      };
    }
  }

  void deleteDirectories(String sandboxId, String containerId) throws IOException {
    // First what takes no descriptor, of which there may be none; the rest goes with the pod's.
    trash.discard(layout.disk(containerId));
    Trash.delete(layout.run(sandboxId, containerId));
  }
}
