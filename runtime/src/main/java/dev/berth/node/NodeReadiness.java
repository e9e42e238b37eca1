package dev.berth.node;

import dev.berth.cri.Readiness;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.PodNetwork;
import dev.berth.state.Pods;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the node can do, asked of its parts. */
final class NodeReadiness implements Readiness {
  private final PodNetwork network;
  private final Pods pods;
  private final String instance;

  NodeReadiness(PodNetwork network, Pods pods, String instance) {
    this.network = network;
    this.pods = pods;
    this.instance = instance;
  }

  /** Whatever pods cannot do without was opened before the socket answered. */
  @Override
  public Condition runtime() {
    return Condition.READY;
  }

  @Override
  public Condition network() {
    NetworkReadiness readiness = network.readiness();
    return readiness.ready()
        ? Condition.READY
        : Condition.notReady(readiness.reason(), readiness.message());
  }

  @Override
  public Map<String, String> info() {
    Map<String, String> info = new LinkedHashMap<>();
    info.put("instance", "\"" + instance + "\"");
    info.put(
        "objects",
        "{\"pods\":"
            + pods.sandboxes().size()
            + ",\"containers\":"
            + pods.containers().size()
            + "}");
    return info;
  }
}
