package dev.berth.stats;

import dev.berth.cgroup.CgroupUsage;
import dev.berth.cgroup.Pressure;
import dev.berth.cri.v1.ContainerAttributes;
import dev.berth.cri.v1.ContainerStats;
import dev.berth.cri.v1.CpuUsage;
import dev.berth.cri.v1.FilesystemIdentifier;
import dev.berth.cri.v1.FilesystemUsage;
import dev.berth.cri.v1.IoUsage;
import dev.berth.cri.v1.LinuxPodSandboxStats;
import dev.berth.cri.v1.MemoryUsage;
import dev.berth.cri.v1.NetworkInterfaceUsage;
import dev.berth.cri.v1.NetworkUsage;
import dev.berth.cri.v1.PodSandboxAttributes;
import dev.berth.cri.v1.PodSandboxStats;
import dev.berth.cri.v1.ProcessUsage;
import dev.berth.cri.v1.PsiData;
import dev.berth.cri.v1.PsiStats;
import dev.berth.cri.v1.SwapUsage;
import dev.berth.cri.v1.UInt64Value;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import dev.berth.state.StatusViews;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figures in the CRI's words. What is not known is left unset, which the CRI has as "not known".
 *
 * <p>A container that has ended has its writable layer, and nothing else; a pod that is down has
 * its containers.
 */
public final class StatsViews {
  private final Gauges gauges;
  private final String layersMountpoint;

  public StatsViews(Gauges gauges, Layout layout) {
    this.gauges = gauges;
    this.layersMountpoint = layout.containers().toString();
  }

  /** A container's figures; wants {@link Gauges#reading}. */
  ContainerStats container(Container container) {
    var born = container.born();
    ContainerStats.Builder out =
        ContainerStats.newBuilder()
            .setAttributes(
                ContainerAttributes.newBuilder()
                    .setId(born.getId())
                    .setMetadata(born.getConfig().getMetadata())
                    .putAllLabels(born.getConfig().getLabelsMap())
                    .putAllAnnotations(born.getConfig().getAnnotationsMap()));
    CgroupUsage usage = gauges.usage(container);
    if (usage != null) {
      cpu(usage, gauges.nanoCores(container), out.getCpuBuilder());
      memory(usage, out.getMemoryBuilder());
      swap(usage, out.getSwapBuilder());
      io(usage, out.getIoBuilder());
    }
    gauges.layer(container).ifPresent(size -> out.setWritableLayer(layer(size)));
    return out.build();
  }

  /** A pod's figures; wants {@link Gauges#reading}. */
  PodSandboxStats pod(Sandbox sandbox) {
    var config = sandbox.born().getConfig();
    LinuxPodSandboxStats.Builder linux = LinuxPodSandboxStats.newBuilder();
    if (sandbox.state() instanceof SandboxState.Up) {
      figures(sandbox, linux);
    }
    for (Container container : sandbox.containers()) {
      if (StatusViews.shown(container)) {
        linux.addContainers(container(container));
      }
    }
    return PodSandboxStats.newBuilder()
        .setAttributes(
            PodSandboxAttributes.newBuilder()
                .setId(sandbox.id())
                .setMetadata(config.getMetadata())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap()))
        .setLinux(linux)
        .build();
  }

  private void figures(Sandbox sandbox, LinuxPodSandboxStats.Builder linux) {
    CgroupUsage usage = gauges.usage(sandbox);
    cpu(usage, gauges.nanoCores(sandbox), linux.getCpuBuilder());
    memory(usage, linux.getMemoryBuilder());
    io(usage, linux.getIoBuilder());
    linux.setProcess(
        ProcessUsage.newBuilder()
            .setTimestamp(usage.at())
            .setProcessCount(number(gauges.processes(sandbox))));
    List<InterfaceCounters> interfaces = gauges.network(sandbox);
    if (!interfaces.isEmpty()) {
      linux.setNetwork(network(interfaces, usage.at()));
    }
  }

  private static NetworkUsage network(List<InterfaceCounters> interfaces, long at) {
    NetworkUsage.Builder out =
        NetworkUsage.newBuilder()
            .setTimestamp(at)
            .setDefaultInterface(counters(interfaces.getFirst()));
    interfaces.stream().skip(1).map(StatsViews::counters).forEach(out::addInterfaces);
    return out.build();
  }

  private static NetworkInterfaceUsage counters(InterfaceCounters of) {
    return NetworkInterfaceUsage.newBuilder()
        .setName(of.name())
        .setRxBytes(number(of.rxBytes()))
        .setRxErrors(number(of.rxErrors()))
        .setTxBytes(number(of.txBytes()))
        .setTxErrors(number(of.txErrors()))
        .build();
  }

  private static void cpu(CgroupUsage usage, @Nullable Long nanoCores, CpuUsage.Builder out) {
    out.setTimestamp(usage.at());
    if (usage.cpuNanos() != null) {
      out.setUsageCoreNanoSeconds(number(usage.cpuNanos()));
    }
    if (nanoCores != null) {
      out.setUsageNanoCores(number(nanoCores));
    }
    if (usage.cpuPressure() != null) {
      out.setPsi(psi(usage.cpuPressure()));
    }
  }

  private static void memory(CgroupUsage usage, MemoryUsage.Builder out) {
    out.setTimestamp(usage.at());
    CgroupUsage.Memory memory = usage.memory();
    if (memory != null) {
      out.setWorkingSetBytes(number(memory.workingSet()))
          .setUsageBytes(number(memory.usage()))
          .setRssBytes(number(memory.rss()))
          .setPageFaults(number(memory.pageFaults()))
          .setMajorPageFaults(number(memory.majorFaults()));
      if (memory.limit() != CgroupUsage.UNLIMITED) {
        out.setAvailableBytes(number(memory.available()));
      }
    }
    if (usage.memoryPressure() != null) {
      out.setPsi(psi(usage.memoryPressure()));
    }
  }

  private static void swap(CgroupUsage usage, SwapUsage.Builder out) {
    out.setTimestamp(usage.at());
    CgroupUsage.Memory memory = usage.memory();
    if (memory != null) {
      out.setSwapUsageBytes(number(memory.swap()));
      if (memory.swapLimit() != CgroupUsage.UNLIMITED) {
        out.setSwapAvailableBytes(number(Math.max(0, memory.swapLimit() - memory.swap())));
      }
    }
  }

  private static void io(CgroupUsage usage, IoUsage.Builder out) {
    out.setTimestamp(usage.at());
    if (usage.ioPressure() != null) {
      out.setPsi(psi(usage.ioPressure()));
    }
  }

  private static PsiStats psi(Pressure pressure) {
    return PsiStats.newBuilder()
        .setSome(stall(pressure.some()))
        .setFull(stall(pressure.full()))
        .build();
  }

  private static PsiData stall(Pressure.Stall stall) {
    return PsiData.newBuilder()
        .setTotal(stall.totalNanos())
        .setAvg10(stall.avg10())
        .setAvg60(stall.avg60())
        .setAvg300(stall.avg300())
        .build();
  }

  private FilesystemUsage layer(WritableLayers.Size size) {
    return FilesystemUsage.newBuilder()
        .setTimestamp(size.at())
        .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(layersMountpoint))
        .setUsedBytes(number(size.bytes()))
        .setInodesUsed(number(size.inodes()))
        .build();
  }

  private static UInt64Value number(long value) {
    return UInt64Value.newBuilder().setValue(value).build();
  }
}
