package dev.berth.node;

import dev.berth.cri.Readiness;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.PodNetwork;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the node can do, asked of its parts. */
final class NodeReadiness implements Readiness {
  private final PodNetwork network;
  private final NodeInfo info;

  NodeReadiness(PodNetwork network, NodeInfo info) {
    this.network = network;
    this.info = info;
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
    Map<String, String> all = new LinkedHashMap<>(info.all());
    all.putAll(network.facts());
    return all;
  }
}
