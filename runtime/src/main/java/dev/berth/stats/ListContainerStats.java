package dev.berth.stats;

import dev.berth.cri.v1.ContainerStats;
import dev.berth.cri.v1.ContainerStatsFilter;
import dev.berth.cri.v1.ListContainerStatsRequest;
import dev.berth.cri.v1.ListContainerStatsResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.state.StatusViews;
import java.util.List;

/** The figures of all containers that match a filter, newest first. */
public final class ListContainerStats
    implements Verb<ListContainerStatsRequest, ListContainerStatsResponse> {
  private final Pods pods;
  private final Gauges gauges;
  private final StatsViews views;

  public ListContainerStats(Pods pods, Gauges gauges, StatsViews views) {
    this.pods = pods;
    this.gauges = gauges;
    this.views = views;
  }

  @Override
  public ListContainerStatsResponse call(ListContainerStatsRequest request, CallContext context) {
    return ListContainerStatsResponse.newBuilder()
        .addAllStats(matching(request.getFilter()))
        .build();
  }

  /** The figures of those that match. */
  public List<ContainerStats> matching(ContainerStatsFilter filter) {
    return gauges.reading(
        () ->
            pods.containers().stream()
                .filter(c -> StatusViews.shown(c) && matches(filter, c))
                .map(views::container)
                .toList());
  }

  /** Ids match by prefix, as clients pass on what a person typed. */
  private static boolean matches(ContainerStatsFilter filter, Container container) {
    return container.id().startsWith(filter.getId())
        && container.sandboxId().startsWith(filter.getPodSandboxId())
        && container
            .born()
            .getConfig()
            .getLabelsMap()
            .entrySet()
            .containsAll(filter.getLabelSelectorMap().entrySet());
  }
}
