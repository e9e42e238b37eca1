package dev.berth.sandbox;

import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.fault.Fault;
import dev.berth.handler.Handlers;
import dev.berth.network.PodNetwork;
import dev.berth.spec.PodRequest;
import dev.berth.spec.SandboxPlan;
import dev.berth.state.CreationClock;
import dev.berth.state.Ids;
import dev.berth.state.v1.SandboxRecord;

/** Checks requests for pods, and gives new pods what tells them apart. */
public final class SandboxRequests {
  private final Ids ids;
  private final CreationClock clock;
  private final PodNetwork network;
  private final PodCgroups cgroups;
  private final Handlers handlers;
  private final String hostname;
  private final String bootId;

  /**
   * For this machine and this boot.
   *
   * @param hostname the machine's
   */
  public SandboxRequests(
      Ids ids,
      CreationClock clock,
      PodNetwork network,
      PodCgroups cgroups,
      Handlers handlers,
      String hostname,
      String bootId) {
    this.ids = ids;
    this.clock = clock;
    this.network = network;
    this.cgroups = cgroups;
    this.handlers = handlers;
    this.hostname = hostname;
    this.bootId = bootId;
  }

  /**
   * Checks a request: pure.
   *
   * @throws Fault.InvalidArgument when a field cannot be served; names it and its value
   */
  SandboxRequest check(RunPodSandboxRequest request) {
    SandboxPlan spec = PodRequest.translate(request.getConfig(), hostname);
    handlers.check(request.getRuntimeHandler(), spec.plan().users() != null);
    SandboxRecord born =
        SandboxRecord.newBuilder()
            .setConfig(request.getConfig())
            .setRuntimeHandler(request.getRuntimeHandler())
            .setBootId(bootId)
            .build();
    SandboxRequest asked = new SandboxRequest(name(request), born, spec, network.podSysctls());
    if (asked.bandwidth().isLimited() && spec.hostNetwork()) {
      throw Fault.InvalidArgument.of(
          "config.linux.security_context.namespace_options.network",
          "NODE",
          "a pod on the host's network has no bandwidth limit of its own, which its annotations"
              + " ask for");
    }
    return asked;
  }

  /** Gives the pod an id that nobody has. */
  SandboxRequest identify(SandboxRequest asked) {
    return identify(asked, ids.next());
  }

  /** Gives the pod this id, its time of creation and the list of what will be made for it. */
  SandboxRequest identify(SandboxRequest asked, String id) {
    return asked.with(
        asked.born().toBuilder()
            .setId(id)
            .setCreatedAt(clock.next())
            .addAllMadeCgroups(cgroups.missing(asked.spec().cgroupParent(), id))
            .build());
  }

  private static String name(RunPodSandboxRequest request) {
    return dev.berth.state.Sandbox.name(request.getConfig().getMetadata());
  }
}
