package dev.berth.recovery;

import dev.berth.container.ContainerTeardown;
import dev.berth.fault.Fault;
import dev.berth.image.Images;
import dev.berth.image.Lease;
import dev.berth.image.reference.ImageId;
import dev.berth.journal.Journal;
import dev.berth.shim.Inventory;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.CreationClock;
import dev.berth.state.Exits;
import dev.berth.state.Leases;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.v1.ContainerRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes containers over from an earlier daemon. */
public final class ContainerRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerRecovery.class);

  private final Journal journal;
  private final Pods pods;
  private final Images images;
  private final Leases leases;
  private final Exits exits;
  private final ContainerTeardown teardown;
  private final CreationClock clock;
  private final String bootId;

  /**
   * For the boot that runs now.
   *
   * @param bootId tells containers of an earlier boot: nothing of them runs
   */
  public ContainerRecovery(
      Journal journal,
      Pods pods,
      Images images,
      Leases leases,
      Exits exits,
      ContainerTeardown teardown,
      CreationClock clock,
      String bootId) {
    this.journal = journal;
    this.pods = pods;
    this.images = images;
    this.leases = leases;
    this.exits = exits;
    this.teardown = teardown;
    this.clock = clock;
    this.bootId = bootId;
  }

  /** Puts the container into the registry as its record has it, and leases its images again. */
  void takeOver(ContainerRecord record) {
    Container container = new Container(record, state(record), journal);
    Sandbox sandbox = pods.findSandbox("pod_sandbox_id", record.getSandboxId()).orElse(null);
    if (sandbox == null) {
      throw new Fault.DataLoss(
          "container " + record.getId() + ": its pod " + record.getSandboxId() + " is unknown",
          null);
    }
    pods.adopt(sandbox, container);
    List<Lease> again = new ArrayList<>();
    lease(record.getId(), record.getImageId(), again);
    record.getMountedImagesList().forEach(m -> lease(record.getId(), m.getImageId(), again));
    leases.hold(container.id(), again);
  }

  private void lease(String containerId, String imageId, List<Lease> again) {
    try {
      again.add(images.lease(ImageId.parse(imageId)));
    } catch (Fault.NotFound e) {
      LOG.warn("container {}: its image {} is gone", containerId, imageId);
    }
  }

  /** The process ids are not known yet: {@link #compare} finds them. */
  private static ContainerState state(ContainerRecord record) {
    return switch (record.getPhase()) {
      case CONTAINER_MAKING, UNRECOGNIZED -> new ContainerState.Making();
      case CONTAINER_WAITING -> new ContainerState.Waiting(0);
      case CONTAINER_STARTED -> new ContainerState.Running(0, record.getStartedAt());
      case CONTAINER_ENDED ->
          new ContainerState.Ended(
              record.getStartedAt(),
              record.getFinishedAt(),
              record.getExitCode(),
              record.getReason(),
              record.getMessage());
    };
  }

  /** Makes records and what the pod's shim has one. */
  void compare(Sandbox sandbox) throws Exception {
    Shim shim = sandbox.shim();
    if (!sandbox.born().getBootId().equals(bootId)) {
      sandbox.containers().stream()
          .filter(c -> c.state().alive())
          .forEach(c -> teardown.killWithoutShim(c, "the machine was restarted"));
    }
    Map<String, Inventory.Entry> there = new HashMap<>();
    for (Inventory.Entry entry : inventory(shim)) {
      there.put(entry.id(), entry);
    }
    for (Container container : sandbox.containers()) {
      compare(container, there.remove(container.id()), shim);
    }
    for (String unknown : there.keySet()) {
      if (shim != null) {
        LOG.warn("pod {}: removing container {} that nobody knows", sandbox.id(), unknown);
        shim.kill(unknown);
        shim.remove(unknown);
      }
    }
  }

  private void compare(Container container, Inventory.@Nullable Entry entry, @Nullable Shim shim)
      throws Exception {
    if (container.state() instanceof ContainerState.Making) {
      teardown.remove(container, shim);
    } else if (entry == null) {
      if (container.state().alive()) {
        teardown.kill(container, null);
      }
    } else if (entry.exit() != null) {
      exits.ended(container.id(), entry.exit());
    } else {
      boolean running = entry.state() == Inventory.State.RUNNING;
      container.found(entry.hostPid(), running, clock.now());
    }
  }

  private static List<Inventory.Entry> inventory(@Nullable Shim shim) throws ShimFailure {
    return shim == null ? List.of() : shim.inventory().containers();
  }
}
