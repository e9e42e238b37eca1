package dev.berth.podmetrics;

import dev.berth.cri.v1.ListMetricDescriptorsRequest;
import dev.berth.cri.v1.ListMetricDescriptorsResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/** Says which metrics there are, with their labels. */
public final class ListMetricDescriptors
    implements Verb<ListMetricDescriptorsRequest, ListMetricDescriptorsResponse> {
  private static final ListMetricDescriptorsResponse ALL =
      ListMetricDescriptorsResponse.newBuilder()
          .addAllDescriptors(Families.ALL.stream().map(Family::descriptor).toList())
          .build();

  @Override
  public ListMetricDescriptorsResponse call(
      ListMetricDescriptorsRequest request, CallContext context) {
    return ALL;
  }
}
