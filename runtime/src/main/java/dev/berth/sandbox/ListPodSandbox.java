package dev.berth.sandbox;

import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.ListPodSandboxResponse;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.PodSandboxFilter;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.StatusViews;
import java.util.stream.Stream;

/** Lists pods, newest first; every part of the filter must match. */
public final class ListPodSandbox implements Verb<ListPodSandboxRequest, ListPodSandboxResponse> {
  private final Pods pods;

  public ListPodSandbox(Pods pods) {
    this.pods = pods;
  }

  @Override
  public ListPodSandboxResponse call(ListPodSandboxRequest request, CallContext context) {
    ListPodSandboxResponse.Builder out = ListPodSandboxResponse.newBuilder();
    matching(request.getFilter()).forEach(out::addItems);
    return out.build();
  }

  /** The pods that match, made while they are read. */
  public Stream<PodSandbox> matching(PodSandboxFilter filter) {
    return pods.sandboxes().stream()
        .filter(sandbox -> StatusViews.shown(sandbox) && matches(filter, sandbox))
        .map(StatusViews::item);
  }

  /** An id matches by prefix, as clients pass on what a person typed. */
  static boolean matches(PodSandboxFilter filter, Sandbox sandbox) {
    return sandbox.id().startsWith(filter.getId())
        && (!filter.hasState() || filter.getState().getState() == StatusViews.state(sandbox))
        && sandbox
            .born()
            .getConfig()
            .getLabelsMap()
            .entrySet()
            .containsAll(filter.getLabelSelectorMap().entrySet());
  }
}
