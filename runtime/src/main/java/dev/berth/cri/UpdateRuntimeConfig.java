package dev.berth.cri;

import dev.berth.cri.v1.UpdateRuntimeConfigRequest;
import dev.berth.cri.v1.UpdateRuntimeConfigResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/**
 * The CRI's UpdateRuntimeConfig: the pod range that the cluster gave this node.
 *
 * <p>Accepted and not used: the built-in network takes its ranges from Berth's own configuration,
 * and a change under running pods would give addresses out twice.
 */
public final class UpdateRuntimeConfig
    implements Verb<UpdateRuntimeConfigRequest, UpdateRuntimeConfigResponse> {

  @Override
  public UpdateRuntimeConfigResponse call(UpdateRuntimeConfigRequest request, CallContext context) {
    return UpdateRuntimeConfigResponse.getDefaultInstance();
  }
}
