package dev.berth.cri;

import dev.berth.cri.v1.UpdateRuntimeConfigRequest;
import dev.berth.cri.v1.UpdateRuntimeConfigResponse;
import dev.berth.fault.Fault;
import dev.berth.network.Cidr;
import dev.berth.network.PodNetwork;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.ArrayList;
import java.util.List;

/**
 * The CRI's UpdateRuntimeConfig: the pod ranges that the cluster gave this node.
 *
 * <p>The built-in network gives new pods addresses from them, instead of from those of Berth's own
 * configuration, while pods that are there keep what they have. CNI plugins that declare the
 * capability {@code ipRanges} are told them.
 */
public final class UpdateRuntimeConfig
    implements Verb<UpdateRuntimeConfigRequest, UpdateRuntimeConfigResponse> {
  private static final String FIELD = "runtime_config.network_config.pod_cidr";

  private final PodNetwork network;

  public UpdateRuntimeConfig(PodNetwork network) {
    this.network = network;
  }

  @Override
  public UpdateRuntimeConfigResponse call(UpdateRuntimeConfigRequest request, CallContext context) {
    String text = request.getRuntimeConfig().getNetworkConfig().getPodCidr();
    if (!text.isEmpty()) {
      network.useRanges(ranges(text));
    }
    return UpdateRuntimeConfigResponse.getDefaultInstance();
  }

  /** One range, or several with commas between them. */
  private static List<Cidr> ranges(String text) {
    List<Cidr> ranges = new ArrayList<>();
    for (String range : text.split(",", -1)) {
      try {
        ranges.add(Cidr.parse(range.strip()).network());
      } catch (IllegalArgumentException e) {
        throw Fault.InvalidArgument.of(FIELD, text, String.valueOf(e.getMessage()));
      }
    }
    return ranges;
  }
}
