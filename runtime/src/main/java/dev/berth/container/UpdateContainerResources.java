package dev.berth.container;

import dev.berth.cgroup.Cgroups;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.cri.v1.UpdateContainerResourcesRequest;
import dev.berth.cri.v1.UpdateContainerResourcesResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.spec.Limits;
import dev.berth.spec.oci.OciResources;
import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.state.StatusViews;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.util.List;

/**
 * Changes a container's limits: all that are asked for, or none.
 *
 * <p>A field that is not set leaves its limit as it is. The limits are in force before they are
 * written down, so a daemon that dies in between shows the older ones; the kubelet, which was not
 * answered, asks again.
 */
public final class UpdateContainerResources
    implements Verb<UpdateContainerResourcesRequest, UpdateContainerResourcesResponse> {
  private final Pods pods;
  private final Cgroups cgroups;
  private final OomScores scores;
  private final Faults faults;

  public UpdateContainerResources(Pods pods, Cgroups cgroups, OomScores scores, Faults faults) {
    this.pods = pods;
    this.cgroups = cgroups;
    this.scores = scores;
    this.faults = faults;
  }

  @Override
  public UpdateContainerResourcesResponse call(
      UpdateContainerResourcesRequest request, CallContext context) throws Exception {
    if (request.hasWindows()) {
      throw Fault.InvalidArgument.of("windows", "…", "this is not a Windows machine");
    }
    Container container = pods.container("container_id", request.getContainerId());
    LinuxContainerResources asked = request.getLinux();
    int score = Limits.oomScoreAdj("linux", asked, scores.floor());
    // one update of a container at a time: the next one undoes to what this one has set
    synchronized (container) {
      update(container, asked, score);
    }
    return UpdateContainerResourcesResponse.getDefaultInstance();
  }

  private void update(Container container, LinuxContainerResources asked, int score)
      throws Exception {
    if (!container.state().alive() || !StatusViews.shown(container)) {
      throw new Fault.FailedPrecondition(
          "container_id \""
              + container.id()
              + "\": it is "
              + StatusViews.state(container)
              + ", there is nothing to limit");
    }
    List<String> directories = container.born().getCgroupsList();
    LinuxContainerResources now = Limits.merged(container.resources(), asked);
    OciResources limits = Limits.of("linux", withBothOfMemory(asked, now), List.of());
    try (Steps steps = Steps.begin("UpdateContainerResources", faults)) {
      steps.run("limits", () -> cgroups.update(directories, limits));
      if (asked.getOomScoreAdj() != 0) {
        steps.run("oom-score", () -> scores.set(directories, score));
      }
      steps.run("record", () -> container.limited(now));
      steps.commit();
    }
  }

  /** The limit of memory with swap counts from that of memory, so each needs the other. */
  private static LinuxContainerResources withBothOfMemory(
      LinuxContainerResources asked, LinuxContainerResources now) {
    if (asked.getMemoryLimitInBytes() == 0 && asked.getMemorySwapLimitInBytes() == 0) {
      return asked;
    }
    return asked.toBuilder()
        .setMemoryLimitInBytes(now.getMemoryLimitInBytes())
        .setMemorySwapLimitInBytes(now.getMemorySwapLimitInBytes())
        .build();
  }
}
