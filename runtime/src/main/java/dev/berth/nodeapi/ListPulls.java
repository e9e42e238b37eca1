package dev.berth.nodeapi;

import dev.berth.api.v1.ListPullsRequest;
import dev.berth.api.v1.ListPullsResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.telemetry.Pulls;

/** Lists pulls that run, and the last ones that ended. */
public final class ListPulls implements Verb<ListPullsRequest, ListPullsResponse> {
  private final Pulls pulls;

  public ListPulls(Pulls pulls) {
    this.pulls = pulls;
  }

  @Override
  public ListPullsResponse call(ListPullsRequest request, CallContext context) {
    return ListPullsResponse.newBuilder().addAllPulls(pulls.all()).build();
  }
}
