package dev.berth.node;

import dev.berth.fault.Fault;
import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.PodNetwork;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attaches pods by the network of the configured mode, and detaches each by the one that attached
 * it: the mode may have been another then.
 */
final class NetworkByMode implements PodNetwork {
  private final Map<String, PodNetwork> networks;
  private final PodNetwork configured;

  /**
   * Over the networks by their mode.
   *
   * @param mode of new pods; one of the map's
   */
  NetworkByMode(Map<String, PodNetwork> networks, String mode) {
    this.networks = Map.copyOf(networks);
    this.configured = of(mode);
  }

  private PodNetwork of(String mode) {
    PodNetwork network = networks.get(mode);
    if (network == null) {
      throw new Fault.Internal("network mode \"" + mode + "\" is not known");
    }
    return network;
  }

  @Override
  public Map<String, String> podSysctls() {
    return configured.podSysctls();
  }

  @Override
  public Attachment attach(AttachRequest request) {
    return configured.attach(request);
  }

  @Override
  public void detach(Attachment attachment) {
    of(attachment.mode()).detach(attachment);
  }

  @Override
  public NetworkReadiness readiness() {
    return configured.readiness();
  }

  @Override
  public void prepare() {
    configured.prepare();
  }

  /** Each takes what is its own, also the one that attaches no more pods. */
  @Override
  public void recover(Collection<Attachment> live) {
    networks.values().forEach(network -> network.recover(live));
  }

  @Override
  public Optional<String> check(Attachment attachment) {
    return of(attachment.mode()).check(attachment);
  }

  @Override
  public Map<String, String> facts() {
    return configured.facts();
  }

  @Override
  public void useRanges(List<Cidr> ranges) {
    configured.useRanges(ranges);
  }

  @Override
  public void close() {
    networks.values().forEach(PodNetwork::close);
  }
}
