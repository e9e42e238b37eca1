package dev.berth.cni;

import dev.berth.network.NetworkReadiness;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the network's state fresh behind everybody's back: reads a folder that changed, asks
 * STATUS, runs GC when a network is first seen and when something could not be deleted.
 *
 * <p>Threads: one of its own, so that a plugin that hangs makes nobody wait but it.
 */
final class NetworkWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkWatch.class);
  private static final int PERIOD_SECONDS = 5;
  private static final int PATIENCE_MILLIS = 40;

  /** The reason that the kubelet's users know for it. */
  private static final String REASON = "NetworkPluginNotReady";

  private final NetworkSource source;
  private final Chain chain;
  private final Supplier<Collection<AttachmentRecord>> attached;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("cni-watch").unstarted(task));
  private final AtomicBoolean collectDue = new AtomicBoolean();
  private final AtomicBoolean started = new AtomicBoolean();

  /** What the plugins' STATUS says; empty when all is well. */
  private volatile String complaint = "";

  NetworkWatch(NetworkSource source, Chain chain, Supplier<Collection<AttachmentRecord>> attached) {
    this.source = source;
    this.chain = chain;
    this.attached = attached;
  }

  /** Looks for the first time, and then every few seconds. */
  void start() {
    if (started.compareAndSet(false, true)) {
      var _ = thread.scheduleWithFixedDelay(this::look, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void look() {
    try {
      if (source.refresh() && !thread.isShutdown()) {
        LOG.info("pod network: {}", describe());
        complaint = "";
        collectDue.set(true);
      }
      if (source.state() instanceof NetworkSource.Usable usable
          && usable.version().hasStatusAndGc()) {
        complaint = ask(usable);
        collect(usable);
      }
    } catch (RuntimeException e) {
      LOG.warn("the pod network cannot be looked at", e);
    }
  }

  private String describe() {
    return switch (source.state()) {
      case NetworkSource.Usable usable -> usable.list().name() + ", CNI " + usable.version().text();
      case NetworkSource.Unusable no -> no.message();
    };
  }

  private String ask(NetworkSource.Usable usable) {
    try {
      chain.status(usable.list(), usable.version());
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void collect(NetworkSource.Usable usable) {
    if (usable.list().disableGc() || !collectDue.getAndSet(false)) {
      return;
    }
    try {
      chain.collect(usable.list(), usable.version(), attached.get());
    } catch (IOException e) {
      LOG.warn("plugins did not clean up network {}: {}", usable.list().name(), e.getMessage());
    }
  }

  /** Has the plugins clean up at the next look. */
  void collectSoon() {
    collectDue.set(true);
  }

  /** From memory; a folder that changed this moment is waited for a little. */
  NetworkReadiness readiness() {
    if (source.isStale()) {
      lookNow();
    }
    return switch (source.state()) {
      case NetworkSource.Unusable no -> NetworkReadiness.no(REASON, no.message());
      case NetworkSource.Usable usable ->
          complaint.isEmpty() ? NetworkReadiness.yes() : NetworkReadiness.no(REASON, complaint);
    };
  }

  private void lookNow() {
    try {
      Future<?> look = thread.submit(this::look);
      look.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RejectedExecutionException e) {
      LOG.debug("the pod network is still being looked at");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
