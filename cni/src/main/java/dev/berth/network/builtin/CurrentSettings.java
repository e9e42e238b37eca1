package dev.berth.network.builtin;

import dev.berth.network.Cidr;
import dev.berth.network.NetworkSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings as they are now: the cluster may give the node further ranges while pods run.
 *
 * <p>Threads: read by all; changed by one at a time, see {@link Ground#use}.
 */
final class CurrentSettings {
  private volatile NetworkSettings now;

  CurrentSettings(NetworkSettings now) {
    this.now = now;
  }

  NetworkSettings get() {
    return now;
  }

  void set(NetworkSettings next) {
    now = next;
  }

  /**
   * The settings with these ranges before the others, which stay for the pods that they have.
   *
   * @throws IllegalArgumentException they cannot be used, or overlap with one that is in use
   */
  NetworkSettings with(List<Cidr> ranges) {
    NetworkSettings before = now;
    List<Cidr> all = new ArrayList<>(ranges);
    before.podCidrs().stream().filter(range -> !all.contains(range)).forEach(all::add);
    return new NetworkSettings(before.instanceId(), all, before.mtu(), before.rangeLocks());
  }
}
