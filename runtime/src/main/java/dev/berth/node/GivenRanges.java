package dev.berth.node;

import dev.berth.fault.Fault;
import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.PodNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ranges that the cluster gave the node in a file: the kubelet says them once in its
 * life, and a daemon may have several during that. In the state, since after a reboot the kubelet
 * says them again.
 */
final class GivenRanges implements PodNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(GivenRanges.class);

  private final PodNetwork network;
  private final Path file;

  GivenRanges(PodNetwork network, Path file) {
    this.network = network;
    this.file = file;
  }

  @Override
  public void useRanges(List<Cidr> ranges) {
    network.useRanges(ranges);
    try {
      Path beside = file.resolveSibling(file.getFileName() + ".new");
      Files.write(beside, ranges.stream().map(Cidr::toString).toList());
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new Fault.Internal("keep the node's pod ranges in " + file, e);
    }
  }

  /** The ranges first: recovery makes the ground that live pods stand on. */
  @Override
  public void recover(Collection<Attachment> live) {
    try {
      if (Files.exists(file)) {
        network.useRanges(Files.readAllLines(file).stream().map(Cidr::parse).toList());
      }
    } catch (IOException | IllegalArgumentException | Fault e) {
      LOG.warn("the node's pod ranges in {} are not used: {}", file, e.getMessage());
    }
    network.recover(live);
  }

  @Override
  public Map<String, String> podSysctls() {
    return network.podSysctls();
  }

  @Override
  public Attachment attach(AttachRequest request) {
    return network.attach(request);
  }

  @Override
  public void detach(Attachment attachment) {
    network.detach(attachment);
  }

  @Override
  public NetworkReadiness readiness() {
    return network.readiness();
  }

  @Override
  public void prepare() {
    network.prepare();
  }

  @Override
  public Optional<String> check(Attachment attachment) {
    return network.check(attachment);
  }

  @Override
  public Map<String, String> facts() {
    return network.facts();
  }

  @Override
  public void close() {
    network.close();
  }
}
