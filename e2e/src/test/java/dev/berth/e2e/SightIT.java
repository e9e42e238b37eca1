package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.ContainerEventResponse;
import dev.berth.cri.v1.ContainerEventType;
import dev.berth.cri.v1.ContainerStats;
import dev.berth.cri.v1.ContainerStatsRequest;
import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.ListContainerStatsRequest;
import dev.berth.cri.v1.ListMetricDescriptorsRequest;
import dev.berth.cri.v1.ListPodSandboxMetricsRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.ListPodSandboxStatsRequest;
import dev.berth.cri.v1.Metric;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NetworkInterfaceUsage;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxMetrics;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.cri.v1.PodSandboxStats;
import dev.berth.cri.v1.PodSandboxStatsRequest;
import dev.berth.cri.v1.StreamContainerStatsRequest;
import dev.berth.cri.v1.StreamContainersRequest;
import dev.berth.cri.v1.StreamImagesRequest;
import dev.berth.cri.v1.StreamPodSandboxMetricsRequest;
import dev.berth.cri.v1.StreamPodSandboxStatsRequest;
import dev.berth.cri.v1.StreamPodSandboxesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Statistics, metrics and events, against the kernel's own files and workloads of known use. */
class SightIT {
  private static final long MIB = 1 << 20;

  @RegisterExtension
  static final Testbed BED = new Testbed(settings -> settings.set("stats.max_age_ms", "0"));

  @Test
  void figuresAreTheKernelsAndAWorkloadsKnownUseShows() throws IOException {
    Node node = BED.node();
    String pod = node.pod("used");
    String container = node.sleeper(pod, "worker");
    ContainerStats before = stats(container);
    node.sh(container, "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done");
    node.sh(container, "dd if=/dev/zero of=/dev/shm/pages bs=1M count=24 2>/dev/null");
    node.sh(container, "mkdir /made; dd if=/dev/zero of=/made/bytes bs=1M count=8 2>/dev/null");
    node.sh(container, "for i in 1 2 3 4 5; do echo x > /made/$i; done");

    List<Path> cgroups = cgroups(container);
    long least = number(cgroups, "cpuacct.usage", "cpu.stat");
    ContainerStats after = stats(container);
    long most = number(cgroups, "cpuacct.usage", "cpu.stat");
    long used = after.getCpu().getUsageCoreNanoSeconds().getValue();
    assertThat(used).isBetween(least, most);
    assertThat(used - before.getCpu().getUsageCoreNanoSeconds().getValue())
        .as("300,000 turns of a shell's loop")
        .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(20));
    assertThat(after.getCpu().getUsageNanoCores().getValue()).isPositive();
    assertThat(after.getCpu().getTimestamp()).isGreaterThan(before.getCpu().getTimestamp());

    long grown =
        after.getMemory().getUsageBytes().getValue()
            - before.getMemory().getUsageBytes().getValue();
    assertThat(grown).as("24 MiB of shared memory").isBetween(24 * MIB, 48 * MIB);
    assertThat(after.getMemory().getWorkingSetBytes().getValue()).isGreaterThan(24 * MIB);
    assertThat(after.getMemory().getPageFaults().getValue())
        .isGreaterThan(before.getMemory().getPageFaults().getValue());
    assertThat(after.getMemory().hasAvailableBytes()).as("there is no limit").isFalse();
    assertThat(after.getSwap().hasSwapUsageBytes()).isTrue();

    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              var layer = stats(container).getWritableLayer();
              assertThat(layer.getUsedBytes().getValue()).isBetween(8 * MIB, 9 * MIB);
              assertThat(layer.getInodesUsed().getValue()).isBetween(8L, 16L);
            });

    PodSandboxStats all = podStats(pod);
    assertThat(all.getLinux().getCpu().getUsageCoreNanoSeconds().getValue())
        .isGreaterThanOrEqualTo(used);
    assertThat(all.getLinux().getMemory().getUsageBytes().getValue()).isGreaterThan(24 * MIB);
    assertThat(all.getLinux().getProcess().getProcessCount().getValue()).isBetween(1L, 2L);
    assertThat(all.getLinux().getContainersList())
        .extracting(c -> c.getAttributes().getId())
        .containsExactly(container);
    network(node, pod, container);
  }

  private static void network(Node node, String pod, String container) {
    node.sh(container, "ping -c 3 -i 0.2 -s 1000 $(ip route | awk '/default/{print $3}')");
    long least = received(node, container);
    NetworkInterfaceUsage link = podStats(pod).getLinux().getNetwork().getDefaultInterface();
    assertThat(link.getName()).isEqualTo("eth0");
    assertThat(link.getRxBytes().getValue()).isBetween(least, received(node, container));
    assertThat(link.getRxBytes().getValue()).as("three answers").isGreaterThan(3000);
    assertThat(link.getTxBytes().getValue()).isGreaterThan(3000);
  }

  private static long received(Node node, String container) {
    return Long.parseLong(
        node.sh(container, "sed -n 's/ *eth0: *\\([0-9]*\\) .*/\\1/p' /proc/net/dev").strip());
  }

  @Test
  void metricsHaveCadvisorsNamesAndTheKernelsFigures() throws IOException {
    Node node = BED.node();
    PodSandboxConfig config = node.podConfig("measured").build();
    String pod = node.pod(config);
    var limited = Node.shell("worker", "sleep 100 & sleep 100 & wait");
    limited.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(64 * MIB);
    String container = node.run(pod, limited);
    await().until(() -> node.sh(container, "ps | grep -c '[s]leep 100 *$'").strip().equals("2"));

    var descriptors =
        node.runtime()
            .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
            .getDescriptorsList();
    Map<String, List<String>> keys = new HashMap<>();
    descriptors.forEach(one -> keys.put(one.getName(), one.getLabelKeysList()));
    PodSandboxMetrics metrics =
        node
            .runtime()
            .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
            .getPodMetricsList()
            .stream()
            .filter(one -> one.getPodSandboxId().equals(pod))
            .findFirst()
            .orElseThrow();
    List<Metric> rows = metrics.getContainerMetrics(0).getMetricsList();
    for (Metric row : rows) {
      Map<String, String> labels = labels(row, keys);
      assertThat(labels)
          .containsEntry("container", "worker")
          .containsEntry("pod", config.getMetadata().getName())
          .containsEntry("namespace", config.getMetadata().getNamespace());
    }
    assertThat(value(rows, "container_threads")).isEqualTo(3);
    assertThat(value(rows, "container_processes")).isEqualTo(3);
    assertThat(value(rows, "container_file_descriptors")).isBetween(6L, 40L);
    assertThat(value(rows, "container_spec_memory_limit_bytes")).isEqualTo(64 * MIB);
    assertThat(value(rows, "container_oom_events_total")).isZero();
    assertThat(value(rows, "container_start_time_seconds"))
        .isEqualTo(node.status(container).getStartedAt() / 1_000_000_000L);
    assertThat(value(rows, "container_memory_max_usage_bytes"))
        .isGreaterThanOrEqualTo(value(rows, "container_memory_working_set_bytes"));
    assertThat(metrics.getMetricsList())
        .filteredOn(row -> row.getName().equals("container_network_receive_bytes_total"))
        .singleElement()
        .satisfies(row -> assertThat(labels(row, keys)).containsEntry("interface", "eth0"));
  }

  private static Map<String, String> labels(Metric row, Map<String, List<String>> keys) {
    List<String> names = Objects.requireNonNull(keys.get(row.getName()), row.getName());
    assertThat(row.getLabelValuesList()).as(row.getName()).hasSameSizeAs(names);
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      labels.put(names.get(i), row.getLabelValues(i));
    }
    return labels;
  }

  private static long value(List<Metric> rows, String name) {
    return rows.stream()
        .filter(row -> row.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row of " + name))
        .getValue()
        .getValue();
  }

  @Test
  void aPodInTheHostsNetworkAndOneThatStoppedHaveWhatTheyHave() {
    Node node = BED.node();
    var config = node.podConfig("host");
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setNetwork(NamespaceMode.NODE);
    String host = node.pod(config.build());
    assertThat(podStats(host).getLinux().hasCpu()).isTrue();
    assertThat(podStats(host).getLinux().hasNetwork()).isFalse();

    String stopped = node.pod("stopped");
    String container = node.sleeper(stopped, "ended");
    node.stopPod(stopped);
    ContainerStats ended = stats(container);
    assertThat(ended.hasCpu()).isFalse();
    assertThat(ended.getWritableLayer().getInodesUsed().getValue()).isPositive();
    assertThat(podStats(stopped).getLinux().hasCpu()).isFalse();
  }

  @Test
  void everySubscriberHearsEverythingInOrder() {
    Node node = BED.node();
    Path socket = BED.daemon().settings().socket();
    try (EventLog first = new EventLog(socket);
        EventLog second = new EventLog(socket)) {
      String early = node.pod("early");
      awaitBoth(node, early, first, second);
      String pod = node.pod("heard");
      String container = node.run(pod, Node.shell("short", "true"));
      node.awaitExit(container);
      node.remove(container).stopPod(pod).removePod(pod);
      for (EventLog log : List.of(first, second)) {
        assertThat(log.of(pod, "DELETED"))
            .containsExactly("CREATED", "STARTED", "STOPPED", "DELETED");
        assertThat(log.of(container, "DELETED"))
            .containsExactly("CREATED", "STARTED", "STOPPED", "DELETED");
      }
      assertThat(of(first, pod)).isEqualTo(of(second, pod));
      assertThat(first.all())
          .filteredOn(event -> event.getContainerId().equals(container))
          .filteredOn(
              event -> event.getContainerEventType() == ContainerEventType.CONTAINER_STOPPED_EVENT)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getPodSandboxStatus().getId()).isEqualTo(pod);
                assertThat(event.getContainersStatuses(0).getExitCode()).isZero();
                assertThat(event.getContainersStatuses(0).getReason()).isEqualTo("Completed");
              });
      assertThat(of(first, pod).getLast().getPodSandboxStatus().getState())
          .isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    }
  }

  /** Events are told from the moment of the subscription on: waits until both have begun. */
  private static void awaitBoth(Node node, String pod, EventLog... logs) {
    for (EventLog log : logs) {
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                node.remove(node.create(pod, Node.shell("probe", "true")));
                return !log.all().isEmpty();
              });
    }
  }

  private static List<ContainerEventResponse> of(EventLog log, String pod) {
    return log.all().stream()
        .filter(event -> event.getPodSandboxStatus().getId().equals(pod))
        .toList();
  }

  @Test
  void figuresAndEventsGoOnAfterARestart() throws IOException {
    Node node = BED.node();
    String pod = node.pod("survivor");
    String container = node.sleeper(pod, "worker");
    long before = stats(container).getCpu().getUsageCoreNanoSeconds().getValue();
    BED.daemon().kill();
    BED.restarted();
    assertThat(stats(container).getCpu().getUsageCoreNanoSeconds().getValue())
        .isGreaterThanOrEqualTo(before);
    try (EventLog log = new EventLog(BED.daemon().settings().socket())) {
      awaitBoth(node, pod, log);
      node.stop(container, 5);
      assertThat(log.of(container, "STOPPED")).containsExactly("STOPPED");
      node.removePod(pod);
      assertThat(log.of(pod, "DELETED")).containsExactly("STOPPED", "DELETED");
    }
  }

  @Test
  void streamsGiveWhatListsGive() {
    Node node = BED.node();
    var runtime = node.runtime();
    for (String name : List.of("one", "two", "three")) {
      node.sleeper(node.pod(name), name);
    }
    List<PodSandbox> pods = new ArrayList<>();
    runtime
        .streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance())
        .forEachRemaining(some -> pods.addAll(some.getPodSandboxesList()));
    assertThat(pods)
        .hasSize(3)
        .isEqualTo(
            runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList());
    List<String> streamed = new ArrayList<>();
    runtime
        .streamContainers(StreamContainersRequest.getDefaultInstance())
        .forEachRemaining(some -> some.getContainersList().forEach(c -> streamed.add(c.getId())));
    assertThat(streamed).hasSize(3);
    assertThat(
            runtime
                .listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                .getStatsList())
        .extracting(c -> c.getAttributes().getId())
        .isEqualTo(streamed);
    streamed.clear();
    runtime
        .streamContainerStats(StreamContainerStatsRequest.getDefaultInstance())
        .forEachRemaining(
            some ->
                some.getContainerStatsList().forEach(c -> streamed.add(c.getAttributes().getId())));
    assertThat(streamed).hasSize(3);
    List<String> ids = pods.stream().map(PodSandbox::getId).toList();
    List<String> stats = new ArrayList<>();
    runtime
        .streamPodSandboxStats(StreamPodSandboxStatsRequest.getDefaultInstance())
        .forEachRemaining(
            some ->
                some.getPodSandboxStatsList().forEach(p -> stats.add(p.getAttributes().getId())));
    assertThat(stats).isEqualTo(ids);
    assertThat(
            runtime
                .listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance())
                .getStatsList())
        .extracting(p -> p.getAttributes().getId())
        .isEqualTo(ids);
    List<String> metrics = new ArrayList<>();
    runtime
        .streamPodSandboxMetrics(StreamPodSandboxMetricsRequest.getDefaultInstance())
        .forEachRemaining(
            some -> some.getPodSandboxMetricsList().forEach(p -> metrics.add(p.getPodSandboxId())));
    assertThat(metrics).isEqualTo(ids);
    List<String> images = new ArrayList<>();
    node.images()
        .streamImages(StreamImagesRequest.getDefaultInstance())
        .forEachRemaining(some -> some.getImagesList().forEach(image -> images.add(image.getId())));
    assertThat(images).isNotEmpty();
  }

  private static ContainerStats stats(String container) {
    return BED.node()
        .runtime()
        .containerStats(ContainerStatsRequest.newBuilder().setContainerId(container).build())
        .getStats();
  }

  private static PodSandboxStats podStats(String pod) {
    return BED.node()
        .runtime()
        .podSandboxStats(PodSandboxStatsRequest.newBuilder().setPodSandboxId(pod).build())
        .getStats();
  }

  private static List<Path> cgroups(String container) {
    String info =
        BED.node()
            .runtime()
            .containerStatus(
                ContainerStatusRequest.newBuilder()
                    .setContainerId(container)
                    .setVerbose(true)
                    .build())
            .getInfoOrThrow("info");
    String list = info.replaceAll(".*\"cgroups\":\\[([^]]*)\\].*", "$1").replace("\"", "");
    return List.of(list.split(",", -1)).stream().map(Path::of).toList();
  }

  /** The processor time that the kernel tells, by the file of version 1 or of version 2. */
  private static long number(List<Path> cgroups, String one, String two) throws IOException {
    for (Path dir : cgroups) {
      if (Files.exists(dir.resolve(one))) {
        return Long.parseLong(Files.readString(dir.resolve(one)).strip());
      }
    }
    String text = Files.readString(cgroups.getLast().resolve(two));
    return Long.parseLong(text.replaceAll("(?s).*usage_usec (\\d+).*", "$1")) * 1000;
  }
}
