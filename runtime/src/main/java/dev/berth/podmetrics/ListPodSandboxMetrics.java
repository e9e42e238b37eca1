package dev.berth.podmetrics;

import dev.berth.cri.v1.ListPodSandboxMetricsRequest;
import dev.berth.cri.v1.ListPodSandboxMetricsResponse;
import dev.berth.cri.v1.PodSandboxMetrics;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.List;

/** The metrics of all pods that are up. */
public final class ListPodSandboxMetrics
    implements Verb<ListPodSandboxMetricsRequest, ListPodSandboxMetricsResponse> {
  private final PodMetrics metrics;

  public ListPodSandboxMetrics(PodMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public ListPodSandboxMetricsResponse call(
      ListPodSandboxMetricsRequest request, CallContext context) {
    return ListPodSandboxMetricsResponse.newBuilder().addAllPodMetrics(all()).build();
  }

  /** All of them. */
  public List<PodSandboxMetrics> all() {
    return metrics.all();
  }
}
