package dev.berth.cri;

import dev.berth.cri.v1.RuntimeCondition;
import dev.berth.cri.v1.RuntimeFeatures;
import dev.berth.cri.v1.RuntimeHandler;
import dev.berth.cri.v1.RuntimeStatus;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.cri.v1.StatusResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.List;

/** The CRI's Status: whether pods can run and be attached, and which handlers there are. */
public final class NodeStatus implements Verb<StatusRequest, StatusResponse> {
  /** Prefix of conditions about handlers. The kubelet looks at none of them: the node is ready. */
  private static final String HANDLER_READY = "RuntimeHandlerReady/";

  private final Readiness readiness;
  private final List<RuntimeHandler> handlers;
  private final RuntimeFeatures features;

  /**
   * Over the node's readiness.
   *
   * @param handlers what RuntimeClasses may name; the one with the empty name is the default
   * @param features what the runtime offers whatever the handler
   */
  public NodeStatus(Readiness readiness, List<RuntimeHandler> handlers, RuntimeFeatures features) {
    this.readiness = readiness;
    this.handlers = List.copyOf(handlers);
    this.features = features;
  }

  @Override
  public StatusResponse call(StatusRequest request, CallContext context) {
    var status =
        RuntimeStatus.newBuilder()
            .addConditions(condition("RuntimeReady", readiness.runtime()))
            .addConditions(condition("NetworkReady", readiness.network()));
    readiness
        .handlers()
        .forEach((name, ready) -> status.addConditions(condition(HANDLER_READY + name, ready)));
    var response =
        StatusResponse.newBuilder()
            .setStatus(status)
            .addAllRuntimeHandlers(handlers)
            .setFeatures(features);
    if (request.getVerbose()) {
      response.putAllInfo(readiness.info());
    }
    return response.build();
  }

  private static RuntimeCondition condition(String type, Readiness.Condition condition) {
    return RuntimeCondition.newBuilder()
        .setType(type)
        .setStatus(condition.ready())
        .setReason(condition.reason())
        .setMessage(condition.message())
        .build();
  }
}
