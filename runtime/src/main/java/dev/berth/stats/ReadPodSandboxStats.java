package dev.berth.stats;

import dev.berth.cri.v1.PodSandboxStatsRequest;
import dev.berth.cri.v1.PodSandboxStatsResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;

/** The CRI's PodSandboxStats: one pod's figures with those of its containers. */
public final class ReadPodSandboxStats
    implements Verb<PodSandboxStatsRequest, PodSandboxStatsResponse> {
  private final Pods pods;
  private final Gauges gauges;
  private final StatsViews views;

  public ReadPodSandboxStats(Pods pods, Gauges gauges, StatsViews views) {
    this.pods = pods;
    this.gauges = gauges;
    this.views = views;
  }

  @Override
  public PodSandboxStatsResponse call(PodSandboxStatsRequest request, CallContext context) {
    Sandbox sandbox = pods.sandbox("pod_sandbox_id", request.getPodSandboxId());
    return PodSandboxStatsResponse.newBuilder()
        .setStats(gauges.reading(() -> views.pod(sandbox)))
        .build();
  }
}
