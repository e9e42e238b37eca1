package dev.berth.container;

import dev.berth.cri.v1.ContainerFilter;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListContainersResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.state.StatusViews;
import java.util.stream.Stream;

/** Lists containers, newest first; every part of the filter must match. */
public final class ListContainers implements Verb<ListContainersRequest, ListContainersResponse> {
  private final Pods pods;

  public ListContainers(Pods pods) {
    this.pods = pods;
  }

  @Override
  public ListContainersResponse call(ListContainersRequest request, CallContext context) {
    ListContainersResponse.Builder out = ListContainersResponse.newBuilder();
    matching(request.getFilter()).forEach(out::addContainers);
    return out.build();
  }

  /** The containers that match, made while they are read. */
  public Stream<dev.berth.cri.v1.Container> matching(ContainerFilter filter) {
    return pods.containers().stream()
        .filter(container -> StatusViews.shown(container) && matches(filter, container))
        .map(StatusViews::item);
  }

  /** Ids match by prefix, as clients pass on what a person typed. */
  static boolean matches(ContainerFilter filter, Container container) {
    return container.id().startsWith(filter.getId())
        && container.sandboxId().startsWith(filter.getPodSandboxId())
        && (!filter.hasState() || filter.getState().getState() == StatusViews.state(container))
        && container
            .born()
            .getConfig()
            .getLabelsMap()
            .entrySet()
            .containsAll(filter.getLabelSelectorMap().entrySet());
  }
}
