package dev.berth.cli;

import dev.berth.cri.v1.ContainerStats;
import dev.berth.cri.v1.CpuUsage;
import dev.berth.cri.v1.ListPodSandboxMetricsRequest;
import dev.berth.cri.v1.ListPodSandboxStatsRequest;
import dev.berth.cri.v1.ListPodSandboxStatsResponse;
import dev.berth.cri.v1.MemoryUsage;
import dev.berth.cri.v1.PodSandboxStats;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code berth top}: what pods and containers use, the largest first. */
@Command(
    name = "top",
    description =
        "Show what pods and containers use, again and again; once with --once or -o json.")
final class Top implements Callable<Integer> {
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Mixin Client client = new Client();

  @Option(names = "--once", description = "show it once")
  boolean once;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      description = "default ${DEFAULT-VALUE}",
      defaultValue = "2")
  int seconds = 2;

  @Override
  public Integer call() throws Exception {
    return client.run("top", this::show);
  }

  private void show(Client.Stubs stubs) throws InterruptedException {
    while (true) {
      ListPodSandboxStatsResponse all =
          stubs.runtime().listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance());
      BlockIo io =
          BlockIo.of(
              stubs
                  .runtime()
                  .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance()));
      if (client.json()) {
        System.out.println(MessageJson.of(all).set("io", io.json()).toPrettyString());
        return;
      }
      System.out.print((once ? "" : CLEAR) + table(all.getStatsList(), io));
      System.out.flush();
      if (once) {
        return;
      }
      Thread.sleep(Duration.ofSeconds(Math.max(1, seconds)));
    }
  }

  static String table(List<PodSandboxStats> pods, BlockIo io) {
    Table table =
        new Table(
            "POD",
            "NAME",
            "CPU",
            "MEMORY",
            "RSS",
            "DISK",
            "READ",
            "WRITTEN",
            "RECEIVED",
            "SENT",
            "PROCESSES");
    pods.stream()
        .sorted(Comparator.comparingLong(Top::rate).reversed())
        .forEach(pod -> add(table, pod, io));
    return table.text();
  }

  private static long rate(PodSandboxStats pod) {
    return pod.getLinux().getCpu().getUsageNanoCores().getValue();
  }

  private static void add(Table table, PodSandboxStats pod, BlockIo io) {
    var linux = pod.getLinux();
    var link = linux.getNetwork().getDefaultInterface();
    boolean network = linux.hasNetwork();
    table.row(
        Amounts.id(pod.getAttributes().getId()),
        pod.getAttributes().getMetadata().getNamespace()
            + "/"
            + pod.getAttributes().getMetadata().getName(),
        cpu(linux.getCpu()),
        memory(linux.getMemory()),
        Amounts.bytes(linux.getMemory().getRssBytes().getValue()),
        "",
        Amounts.bytes(sum(pod, id -> io.of(id).read())),
        Amounts.bytes(sum(pod, id -> io.of(id).written())),
        network ? Amounts.bytes(link.getRxBytes().getValue()) : "-",
        network ? Amounts.bytes(link.getTxBytes().getValue()) : "-",
        Long.toString(linux.getProcess().getProcessCount().getValue()));
    for (ContainerStats container : linux.getContainersList()) {
      table.row(
          "",
          "  " + container.getAttributes().getMetadata().getName(),
          cpu(container.getCpu()),
          memory(container.getMemory()),
          Amounts.bytes(container.getMemory().getRssBytes().getValue()),
          container.hasWritableLayer()
              ? Amounts.bytes(container.getWritableLayer().getUsedBytes().getValue())
              : "-",
          Amounts.bytes(io.of(container.getAttributes().getId()).read()),
          Amounts.bytes(io.of(container.getAttributes().getId()).written()),
          "",
          "",
          "");
    }
  }

  private static long sum(PodSandboxStats pod, ToLongFunction<String> ofContainer) {
    return pod.getLinux().getContainersList().stream()
        .map(container -> container.getAttributes().getId())
        .mapToLong(ofContainer)
        .sum();
  }

  private static String cpu(CpuUsage cpu) {
    return cpu.hasUsageNanoCores() ? Amounts.cores(cpu.getUsageNanoCores().getValue()) : "-";
  }

  private static String memory(MemoryUsage memory) {
    return memory.hasWorkingSetBytes()
        ? Amounts.bytes(memory.getWorkingSetBytes().getValue())
        : "-";
  }
}
