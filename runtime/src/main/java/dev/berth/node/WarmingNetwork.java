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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pod network that gets ready behind the daemon's start.
 *
 * <p>Its first netlink call loads the foreign-function library, which costs more than all the rest
 * of the start together. So recovery and preparation run on a thread of their own while the socket
 * begins to answer, and the first attach waits for them, instead of every client waiting for the
 * socket.
 */
final class WarmingNetwork implements PodNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(WarmingNetwork.class);
  private static final long LONGEST_SECONDS = 60;

  private final PodNetwork network;
  private final CompletableFuture<Void> warm = new CompletableFuture<>();

  WarmingNetwork(PodNetwork network) {
    this.network = network;
  }

  @Override
  public Map<String, String> podSysctls() {
    return network.podSysctls();
  }

  @Override
  public void recover(Collection<Attachment> live) {
    List<Attachment> attached = List.copyOf(live);
    Thread.ofPlatform().name("berth-network-start").daemon().start(() -> warmUp(attached));
  }

  private void warmUp(List<Attachment> live) {
    try {
      network.recover(live);
      warm.complete(null);
    } catch (RuntimeException e) {
      LOG.warn("the pod network cannot be recovered: {}", e.getMessage(), e);
      warm.completeExceptionally(e);
      return;
    }
    prepare();
  }

  /** A node whose network cannot be made says so in Status; pods on the host's network run. */
  @Override
  public void prepare() {
    try {
      network.prepare();
    } catch (RuntimeException e) {
      LOG.warn("the pod network is not ready: {}", e.getMessage());
    }
  }

  @Override
  public Attachment attach(AttachRequest request) {
    awaitWarm();
    return network.attach(request);
  }

  @Override
  public void detach(Attachment attachment) {
    awaitWarm();
    network.detach(attachment);
  }

  @Override
  public Optional<String> check(Attachment attachment) {
    return warm.isDone() ? network.check(attachment) : Optional.empty();
  }

  @Override
  public Map<String, String> facts() {
    return network.facts();
  }

  @Override
  public void useRanges(List<Cidr> ranges) {
    awaitWarm();
    network.useRanges(ranges);
  }

  @Override
  public NetworkReadiness readiness() {
    if (!warm.isDone()) {
      return NetworkReadiness.no("Starting", "the pod network is being recovered");
    }
    if (warm.isCompletedExceptionally()) {
      return NetworkReadiness.no(
          "RecoveryFailed", String.valueOf(warm.exceptionNow().getMessage()));
    }
    return network.readiness();
  }

  private void awaitWarm() {
    try {
      warm.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new Fault.Unavailable("pod network: " + warm.exceptionNow().getMessage(), e);
    } catch (TimeoutException e) {
      throw new Fault.DeadlineExceeded("pod network: it is still being recovered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fault.Cancelled("interrupted while waiting for the pod network");
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
