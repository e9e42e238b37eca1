package dev.berth.container;

import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.CreateContainerResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.shim.Shim;
import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.Flights;
import dev.berth.state.Leases;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.util.Optional;

/**
 * Makes a container whose program waits for the start.
 *
 * <pre>
 * check      find the pod and the images, lease these, translate the request; changes nothing
 * intent     write down that the container is about to exist   undo: forget it
 * directory  its writable layer and its directory in the state undo: delete them
 * cgroup     its cgroup with its limits                        undo: remove it
 * init       the shim clones init, which sets itself up        undo: the shim kills it
 * publish    write down that it waits; from here on it is seen
 * </pre>
 *
 * <p>A request that comes again while the first still runs, with the same content, gets the first's
 * answer; afterwards, until it is started, the same id.
 */
public final class CreateContainer
    implements Verb<CreateContainerRequest, CreateContainerResponse> {
  private final Pods pods;
  private final ContainerRequests requests;
  private final ContainerParts parts;
  private final ContainerTeardown teardown;
  private final Leases leases;
  private final Faults faults;
  private final Flights<Container> creations = new Flights<>();

  public CreateContainer(
      Pods pods,
      ContainerRequests requests,
      ContainerParts parts,
      ContainerTeardown teardown,
      Leases leases,
      Faults faults) {
    this.pods = pods;
    this.requests = requests;
    this.parts = parts;
    this.teardown = teardown;
    this.leases = leases;
    this.faults = faults;
  }

  @Override
  public CreateContainerResponse call(CreateContainerRequest request, CallContext context)
      throws Exception {
    Sandbox sandbox = pods.sandbox("pod_sandbox_id", request.getPodSandboxId());
    var metadata = request.getConfig().getMetadata();
    String name = Container.name(sandbox.id(), metadata.getName(), metadata.getAttempt());
    Container container =
        creations.join(
            name,
            request,
            () -> {
              Optional<Container> other = pods.containerNamed(name);
              return other.isPresent() ? same(other.get(), request) : make(sandbox, request);
            });
    return CreateContainerResponse.newBuilder().setContainerId(container.id()).build();
  }

  private Container make(Sandbox sandbox, CreateContainerRequest request) throws Exception {
    Shim shim = up(sandbox);
    try (ContainerRequest asked = requests.check(sandbox, request);
        Steps steps = Steps.begin("CreateContainer", faults)) {
      String id = asked.born().getId();
      Container container =
          steps
              .undo("intent", () -> forget(id))
              .call("intent", () -> pods.intend(sandbox, asked.born()));
      steps
          .undo("directory", () -> teardown.deleteDirectories(sandbox.id(), id))
          .run("directory", () -> parts.makeDirectories(asked));
      steps
          .undo("cgroup", () -> parts.removeCgroup(asked))
          .run("cgroup", () -> parts.makeCgroup(asked));
      int pid =
          steps
              .undo("init", () -> teardown.undoInit(asked.born(), shim))
              .call("init", () -> parts.makeInit(asked, shim));
      steps
          .undo("publish", () -> leases.release(id))
          .run("publish", () -> publish(asked, container, pid));
      // a stop that began meanwhile did not see this container, and its shim is gone
      up(sandbox);
      steps.commit();
      return container;
    }
  }

  private void publish(ContainerRequest asked, Container container, int pid) {
    container.waiting(pid);
    leases.hold(container.id(), asked.keepLeases());
  }

  private void forget(String id) {
    pods.findContainer("container_id", id).ifPresent(pods::forget);
  }

  private static Shim up(Sandbox sandbox) {
    if (sandbox.state() instanceof SandboxState.Up up) {
      return up.shim();
    }
    throw new Fault.FailedPrecondition(
        "pod_sandbox_id \"" + sandbox.id() + "\": the pod is not ready");
  }

  private static Container same(Container other, CreateContainerRequest request) {
    if (other.state() instanceof ContainerState.Waiting
        && other.born().getConfig().equals(request.getConfig())) {
      return other;
    }
    throw new Fault.AlreadyExists(
        "config.metadata: container name " + other.name() + " is taken by container " + other.id());
  }
}
