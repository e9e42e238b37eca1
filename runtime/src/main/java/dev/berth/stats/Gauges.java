package dev.berth.stats;

import dev.berth.cgroup.CgroupDetail;
import dev.berth.cgroup.CgroupUsage;
import dev.berth.cgroup.Cgroups;
import dev.berth.cgroup.Meters;
import dev.berth.kernel.Kernel;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gauges of all pods and containers.
 *
 * <p>Threads: {@link #reading} takes the lock; everything else wants it held.
 */
public final class Gauges implements AutoCloseable {
  private final Pods pods;
  private final Layout layout;
  private final Cgroups cgroups;
  private final Meters meters;
  private final WritableLayers layers;
  private final OpenFiles openFiles;
  private final NetworkCounters network;
  private final long maxAgeNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Gauge> gauges = new HashMap<>();
  private Set<String> sharedParents = Set.of();

  /**
   * Over the pods of a daemon.
   *
   * @param maxAge how old an answer may be
   */
  public Gauges(
      Pods pods,
      Layout layout,
      Cgroups cgroups,
      Meters meters,
      Kernel kernel,
      Clock clock,
      Duration maxAge) {
    this.pods = pods;
    this.layout = layout;
    this.cgroups = cgroups;
    this.meters = meters;
    this.maxAgeNanos = maxAge.toNanos();
    this.layers = new WritableLayers(kernel, clock, maxAgeNanos);
    this.openFiles = new OpenFiles(kernel, maxAgeNanos);
    this.network = new NetworkCounters(maxAgeNanos);
  }

  /**
   * Reads with the gauges to oneself, and closes those of pods and containers that are gone.
   *
   * @param work must not wait for anything but files of the kernel
   */
  public <T> T reading(Supplier<T> work) {
    lock.lock();
    try {
      prune();
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void prune() {
    Set<String> seen = new HashSet<>();
    Set<String> shared = new HashSet<>();
    Set<String> live = new HashSet<>();
    for (Sandbox sandbox : pods.anySandboxes()) {
      live.add(sandbox.id());
      String parent = parent(sandbox);
      if (parent.equals("/") || !seen.add(parent)) {
        shared.add(parent);
      }
    }
    sharedParents = shared;
    gauges
        .entrySet()
        .removeIf(
            entry -> {
              String id = entry.getKey();
              boolean gone = !live.contains(id) && !pods.hasContainer(id);
              if (gone) {
                entry.getValue().close();
                openFiles.forget(id);
              }
              return gone;
            });
    layers.retain(pods::hasContainer);
  }

  private String parent(Sandbox sandbox) {
    return cgroups.parent(sandbox.born().getConfig().getLinux().getCgroupParent(), sandbox.id());
  }

  /** What a container uses; null when nothing of it can run. */
  public @Nullable CgroupUsage usage(Container container) {
    return container.state().alive() ? gauge(container).usage(since(container)) : null;
  }

  /** Its rate of processor use since the reading before, in billionths of a core. */
  public @Nullable Long nanoCores(Container container) {
    return container.state().alive() ? gauge(container).nanoCores() : null;
  }

  /** Its figures for monitoring; null when nothing of it can run. */
  public @Nullable CgroupDetail detail(Container container) {
    return container.state().alive() ? gauge(container).detail() : null;
  }

  /** The open files of its processes. */
  public OpenFiles.Counted openFiles(Container container, CgroupDetail detail) {
    return openFiles.of(container.id(), detail.processes(), NetworkCounters.pid(container.state()));
  }

  /** The size of its writable layer; empty before it was measured. */
  public Optional<WritableLayers.Size> layer(Container container) {
    return layers.size(
        container.id(), layout.disk(container.id()).resolve("upper"), !container.state().alive());
  }

  /** The writable layers of all containers together, as far as they were measured. */
  public WritableLayers.Size layers() {
    long bytes = 0;
    long inodes = 0;
    long oldest = now();
    for (Container container : pods.containers()) {
      Optional<WritableLayers.Size> layer = layer(container);
      if (layer.isPresent()) {
        bytes += layer.get().bytes();
        inodes += layer.get().inodes();
        oldest = Math.min(oldest, layer.get().at());
      }
    }
    return new WritableLayers.Size(oldest, bytes, inodes);
  }

  /** What all containers of a pod use together. */
  public CgroupUsage usage(Sandbox sandbox) {
    if (!sharedParents.contains(parent(sandbox))) {
      return gauge(sandbox).usage(sandbox.born().getCreatedAt());
    }
    return sandbox.containers().stream()
        .flatMap(container -> Optional.ofNullable(usage(container)).stream())
        .reduce(CgroupUsage::plus)
        .orElseGet(() -> CgroupUsage.none(meters.now()));
  }

  /** A pod's rate of processor use, in billionths of a core. */
  public @Nullable Long nanoCores(Sandbox sandbox) {
    if (!sharedParents.contains(parent(sandbox))) {
      return gauge(sandbox).nanoCores();
    }
    return sandbox.containers().stream()
        .flatMap(container -> Optional.ofNullable(nanoCores(container)).stream())
        .reduce(Long::sum)
        .orElse(null);
  }

  /** A pod's figures for monitoring; null when its cgroup is shared with other pods. */
  public @Nullable CgroupDetail detail(Sandbox sandbox) {
    return sharedParents.contains(parent(sandbox)) ? null : gauge(sandbox).detail();
  }

  /** How many processes run in a pod's containers. */
  public long processes(Sandbox sandbox) {
    long sum = 0;
    for (Container container : sandbox.containers()) {
      CgroupDetail detail = detail(container);
      sum += detail == null ? 0 : detail.processes().size();
    }
    return sum;
  }

  /** The counters of a pod's interfaces, the default one first. */
  public List<InterfaceCounters> network(Sandbox sandbox) {
    return network.of(sandbox);
  }

  /** The path of a pod's cgroup below the hierarchies' roots. */
  public String cgroup(Sandbox sandbox) {
    return parent(sandbox);
  }

  /** The time in nanoseconds since the epoch. */
  public long now() {
    return meters.now();
  }

  private static long since(Container container) {
    long started = container.state().startedAt();
    return started == 0 ? container.born().getCreatedAt() : started;
  }

  private Gauge gauge(Container container) {
    return gauges.computeIfAbsent(
        container.id(), _ -> new Gauge(meters.of(container.born().getCgroupsList()), maxAgeNanos));
  }

  private Gauge gauge(Sandbox sandbox) {
    return gauges.computeIfAbsent(
        sandbox.id(),
        _ -> new Gauge(meters.of(cgroups.parentDirectories(parent(sandbox))), maxAgeNanos));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      gauges.values().forEach(Gauge::close);
      gauges.clear();
    } finally {
      lock.unlock();
    }
    layers.close();
  }
}
