package dev.berth.podmetrics;

import dev.berth.cgroup.CgroupDetail;
import dev.berth.cgroup.CgroupUsage;
import dev.berth.cri.v1.ContainerMetrics;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.cri.v1.PodSandboxMetrics;
import dev.berth.kernel.FileSystemStatus;
import dev.berth.kernel.Kernel;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import dev.berth.state.StatusViews;
import dev.berth.stats.Gauges;
import dev.berth.stats.InterfaceCounters;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The metrics of pods that are up, with those of their containers that live. */
public final class PodMetrics {
  private static final String OPEN_FILES = "max_open_files";

  private final Pods pods;
  private final Gauges gauges;
  private final CgroupRows cgroups = new CgroupRows(new BlockDevices());
  private final LayerRows layers;

  /**
   * Over the pods of a daemon.
   *
   * @throws IOException nobody can say which file system writable layers are on
   */
  public PodMetrics(Pods pods, Gauges gauges, Kernel kernel, Layout layout) throws IOException {
    this.pods = pods;
    this.gauges = gauges;
    this.layers = LayerRows.below(kernel, layout.containers());
  }

  /** The metrics of all pods, newest first. */
  List<PodSandboxMetrics> all() {
    return gauges.reading(
        () -> {
          Optional<FileSystemStatus> fileSystem = layers.fileSystem();
          return pods.sandboxes().stream()
              .filter(sandbox -> sandbox.state() instanceof SandboxState.Up)
              .map(sandbox -> pod(sandbox, fileSystem))
              .toList();
        });
  }

  private PodSandboxMetrics pod(Sandbox sandbox, Optional<FileSystemStatus> fileSystem) {
    PodSandboxMetrics.Builder out = PodSandboxMetrics.newBuilder().setPodSandboxId(sandbox.id());
    CgroupUsage usage = gauges.usage(sandbox);
    Rows rows = new Rows(labels(sandbox), usage.at());
    CgroupDetail detail = gauges.detail(sandbox);
    if (detail != null) {
      cgroups.add(rows, usage, detail);
    }
    network(rows, gauges.network(sandbox));
    seen(rows, usage.at(), sandbox.born().getCreatedAt());
    out.addAllMetrics(rows.rows());
    for (Container container : sandbox.containers()) {
      if (StatusViews.shown(container) && container.state().alive()) {
        out.addContainerMetrics(container(sandbox, container, fileSystem));
      }
    }
    return out.build();
  }

  private ContainerMetrics container(
      Sandbox sandbox, Container container, Optional<FileSystemStatus> fileSystem) {
    CgroupUsage usage = gauges.usage(container);
    CgroupDetail detail = gauges.detail(container);
    ContainerMetrics.Builder out = ContainerMetrics.newBuilder().setContainerId(container.id());
    if (usage == null || detail == null) {
      return out.build();
    }
    Rows rows = new Rows(labels(sandbox, container), usage.at());
    cgroups.add(rows, usage, detail);
    layers.add(rows, fileSystem, gauges.layer(container));
    var open = gauges.openFiles(container, detail);
    rows.add(Families.FILE_DESCRIPTORS, open.files());
    rows.add(Families.SOCKETS, open.sockets());
    open.softLimit().ifPresent(most -> rows.add(Families.ULIMITS, most, OPEN_FILES));
    limits(rows, container.born().getResources());
    long started = container.state().startedAt();
    seen(rows, usage.at(), started == 0 ? container.born().getCreatedAt() : started);
    return out.addAllMetrics(rows.rows()).build();
  }

  private static void network(Rows rows, List<InterfaceCounters> interfaces) {
    for (InterfaceCounters link : interfaces) {
      rows.add(Families.RX_BYTES, link.rxBytes(), link.name());
      rows.add(Families.RX_ERRORS, link.rxErrors(), link.name());
      rows.add(Families.RX_DROPPED, link.rxDropped(), link.name());
      rows.add(Families.RX_PACKETS, link.rxPackets(), link.name());
      rows.add(Families.TX_BYTES, link.txBytes(), link.name());
      rows.add(Families.TX_ERRORS, link.txErrors(), link.name());
      rows.add(Families.TX_DROPPED, link.txDropped(), link.name());
      rows.add(Families.TX_PACKETS, link.txPackets(), link.name());
    }
  }

  private static void limits(Rows rows, LinuxContainerResources limits) {
    rows.add(Families.SPEC_CPU_PERIOD, limits.getCpuPeriod());
    if (limits.getCpuQuota() > 0) {
      rows.add(Families.SPEC_CPU_QUOTA, limits.getCpuQuota());
    }
    rows.add(Families.SPEC_CPU_SHARES, limits.getCpuShares());
    rows.add(Families.SPEC_MEMORY_LIMIT, Math.max(0, limits.getMemoryLimitInBytes()));
    rows.add(Families.SPEC_MEMORY_RESERVATION, reservation(limits));
    rows.add(Families.SPEC_MEMORY_SWAP, Math.max(0, limits.getMemorySwapLimitInBytes()));
  }

  /** The CRI has no field for it, only the kernel's own names. */
  private static long reservation(LinuxContainerResources limits) {
    String low = limits.getUnifiedOrDefault("memory.low", "");
    return low.matches("[0-9]{1,18}") ? Long.parseLong(low) : 0;
  }

  private static void seen(Rows rows, long at, long started) {
    rows.addSeconds(Families.LAST_SEEN, at);
    rows.addSeconds(Families.START_TIME, started);
  }

  private List<String> labels(Sandbox sandbox) {
    var metadata = sandbox.born().getConfig().getMetadata();
    return List.of("", gauges.cgroup(sandbox), "", "", metadata.getNamespace(), metadata.getName());
  }

  private List<String> labels(Sandbox sandbox, Container container) {
    var metadata = sandbox.born().getConfig().getMetadata();
    var config = container.born().getConfig();
    return List.of(
        config.getMetadata().getName(),
        gauges.cgroup(sandbox) + "/" + container.id(),
        config.getImage().getUserSpecifiedImage().isEmpty()
            ? config.getImage().getImage()
            : config.getImage().getUserSpecifiedImage(),
        container.id(),
        metadata.getNamespace(),
        metadata.getName());
  }
}
