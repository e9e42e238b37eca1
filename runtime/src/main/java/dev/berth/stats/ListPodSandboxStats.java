package dev.berth.stats;

import dev.berth.cri.v1.ListPodSandboxStatsRequest;
import dev.berth.cri.v1.ListPodSandboxStatsResponse;
import dev.berth.cri.v1.PodSandboxStats;
import dev.berth.cri.v1.PodSandboxStatsFilter;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.StatusViews;
import java.util.List;

/** The figures of all pods that match a filter, newest first. */
public final class ListPodSandboxStats
    implements Verb<ListPodSandboxStatsRequest, ListPodSandboxStatsResponse> {
  private final Pods pods;
  private final Gauges gauges;
  private final StatsViews views;

  public ListPodSandboxStats(Pods pods, Gauges gauges, StatsViews views) {
    this.pods = pods;
    this.gauges = gauges;
    this.views = views;
  }

  @Override
  public ListPodSandboxStatsResponse call(ListPodSandboxStatsRequest request, CallContext context) {
    return ListPodSandboxStatsResponse.newBuilder()
        .addAllStats(matching(request.getFilter()))
        .build();
  }

  /** The figures of those that match. */
  public List<PodSandboxStats> matching(PodSandboxStatsFilter filter) {
    return gauges.reading(
        () ->
            pods.sandboxes().stream()
                .filter(s -> StatusViews.shown(s) && matches(filter, s))
                .map(views::pod)
                .toList());
  }

  /** An id matches by prefix, as clients pass on what a person typed. */
  private static boolean matches(PodSandboxStatsFilter filter, Sandbox sandbox) {
    return sandbox.id().startsWith(filter.getId())
        && sandbox
            .born()
            .getConfig()
            .getLabelsMap()
            .entrySet()
            .containsAll(filter.getLabelSelectorMap().entrySet());
  }
}
