package dev.berth.sandbox;

import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxResponse;
import dev.berth.fault.Fault;
import dev.berth.network.Attachment;
import dev.berth.network.PodNetwork;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.shim.PodNamespaces;
import dev.berth.shim.PodPlan;
import dev.berth.shim.Shim;
import dev.berth.state.Flights;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a pod: an empty place with its own namespaces, network and files, kept by one shim.
 *
 * <pre>
 * check      translate the request; pure                      InvalidArgument, nothing was done
 * intent     write down that the pod is about to exist        undo: forget it
 * directory  the pod's directory in the state                 undo: delete it
 * cgroup     what is missing of the cgroup of its containers  undo: remove what was missing
 * shim       take the spare, or start the pod's shim          undo: end it, and with it all below
 * namespaces the shim makes or names them, hands them out     undo: close these
 * network    attach                                           undo: detach
 * files      resolv.conf, hosts, hostname
 * publish    write down that it is up; from here on it is seen
 * </pre>
 *
 * <p>A request that comes again while the first still runs, with the same config, gets the first's
 * answer; afterwards the same id. With another config the name is taken.
 */
public final class RunPodSandbox implements Verb<RunPodSandboxRequest, RunPodSandboxResponse> {
  private final Pods pods;
  private final SandboxRequests requests;
  private final PodParts parts;
  private final SpareShims spares;
  private final PodCgroups cgroups;
  private final SandboxTeardown teardown;
  private final PodNetwork network;
  private final Faults faults;
  private final Flights<Sandbox> runs = new Flights<>();

  public RunPodSandbox(
      Pods pods,
      SandboxRequests requests,
      PodParts parts,
      SpareShims spares,
      PodCgroups cgroups,
      SandboxTeardown teardown,
      PodNetwork network,
      Faults faults) {
    this.pods = pods;
    this.requests = requests;
    this.parts = parts;
    this.spares = spares;
    this.cgroups = cgroups;
    this.teardown = teardown;
    this.network = network;
    this.faults = faults;
  }

  @Override
  public RunPodSandboxResponse call(RunPodSandboxRequest request, CallContext context)
      throws Exception {
    SandboxRequest asked = requests.check(request);
    Sandbox sandbox =
        runs.join(
            asked.name(),
            request,
            () -> {
              Optional<Sandbox> other = pods.sandboxNamed(asked.name());
              return other.isPresent() ? same(other.get(), request) : make(asked);
            });
    return RunPodSandboxResponse.newBuilder().setPodSandboxId(sandbox.id()).build();
  }

  private Sandbox make(SandboxRequest checked) throws Exception {
    Spare spare = spares.take(checked.plan());
    if (spare == null) {
      return make(requests.identify(checked), null);
    }
    try (spare) {
      return make(requests.identify(checked, spare.id()), spare);
    }
  }

  /** Makes it; a spare is given to the pod with its directory, or is left to the caller. */
  private Sandbox make(SandboxRequest asked, @Nullable Spare spare) throws Exception {
    String id = asked.born().getId();
    Made made = new Made();
    try (Steps steps = Steps.begin("RunPodSandbox", faults)) {
      Sandbox sandbox =
          steps
              .undo("intent", () -> forget(asked.name(), id))
              .call("intent", () -> pods.intend(asked.born()));
      steps
          .undo("directory", () -> teardown.deleteDirectories(id))
          .run("directory", () -> makeDirectory(id, spare));
      steps
          .undo("cgroup", () -> teardown.removeCgroups(asked.born()))
          .run("cgroup", () -> cgroups.make(asked.spec().cgroupParent(), id));
      Shim shim =
          steps
              .undo("shim", () -> teardown.end(made.shim))
              .call("shim", () -> made.shim = spare == null ? parts.startShim(id) : spare.give());
      try (PodNamespaces namespaces =
          steps
              .undo("namespaces", made::close)
              .call("namespaces", () -> made.keep(namespaces(shim, asked.plan(), spare)))) {
        steps
            .undo("network", () -> teardown.detach(made.attachment))
            .run("network", () -> made.attachment = attach(asked, namespaces));
      }
      steps.run("files", () -> parts.writeFiles(asked, made.attachment));
      steps.run("publish", () -> sandbox.up(shim, made.attachment));
      steps.commit();
      parts.noticeLoss(shim);
      return sandbox;
    }
  }

  private void makeDirectory(String id, @Nullable Spare spare) throws IOException {
    if (spare == null) {
      parts.makeDirectory(id);
    } else {
      parts.adoptDirectory(spare.directory(), id);
    }
  }

  private PodNamespaces namespaces(Shim shim, PodPlan plan, @Nullable Spare spare) {
    return spare == null ? parts.makeNamespaces(shim, plan) : parts.nameNamespaces(shim, plan);
  }

  /** What has come to exist so far: what the undos find. */
  private static final class Made {
    @Nullable Shim shim;
    @Nullable Attachment attachment;
    private @Nullable PodNamespaces namespaces;

    PodNamespaces keep(PodNamespaces handedOut) {
      namespaces = handedOut;
      return handedOut;
    }

    /** A descriptor left open would keep the pod's network namespace alive. */
    void close() {
      if (namespaces != null) {
        namespaces.close();
      }
    }
  }

  private void forget(String name, String id) {
    pods.sandboxNamed(name).filter(s -> s.id().equals(id)).ifPresent(pods::forget);
  }

  private @Nullable Attachment attach(SandboxRequest asked, PodNamespaces namespaces) {
    return namespaces.netlink() == null || namespaces.netns() == null
        ? null
        : network.attach(asked.attachRequest(namespaces.netlink(), namespaces.netns()));
  }

  private static Sandbox same(Sandbox other, RunPodSandboxRequest request) {
    PodSandboxConfig theirs = other.born().getConfig();
    if (other.state() instanceof SandboxState.Up
        && theirs.equals(request.getConfig())
        && other.born().getRuntimeHandler().equals(request.getRuntimeHandler())) {
      return other;
    }
    throw new Fault.AlreadyExists(
        "config.metadata: pod name " + other.name() + " is taken by pod " + other.id());
  }
}
