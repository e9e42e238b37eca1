package dev.berth.stats;

import dev.berth.cri.v1.ContainerStatsRequest;
import dev.berth.cri.v1.ContainerStatsResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Container;
import dev.berth.state.Pods;

/** The CRI's ContainerStats: one container's figures. */
public final class ReadContainerStats
    implements Verb<ContainerStatsRequest, ContainerStatsResponse> {
  private final Pods pods;
  private final Gauges gauges;
  private final StatsViews views;

  public ReadContainerStats(Pods pods, Gauges gauges, StatsViews views) {
    this.pods = pods;
    this.gauges = gauges;
    this.views = views;
  }

  @Override
  public ContainerStatsResponse call(ContainerStatsRequest request, CallContext context) {
    Container container = pods.container("container_id", request.getContainerId());
    return ContainerStatsResponse.newBuilder()
        .setStats(gauges.reading(() -> views.container(container)))
        .build();
  }
}
