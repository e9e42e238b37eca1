package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.cri.v1.PodSandboxStatusRequest;
import dev.berth.cri.v1.UpdateContainerResourcesRequest;
import dev.berth.cri.v1.UpdatePodSandboxResourcesRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits as the kernel has them in force, read from inside the container, and their changes. */
class ResourcesIT {
  private static final long MIB = 1 << 20;

  @RegisterExtension static final Testbed BED = new Testbed();

  @BeforeAll
  static void image() {
    Inside.prepare(BED.node());
  }

  /** The files of limits, which differ by the version of cgroups. */
  private static final boolean UNIFIED = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));

  private static String memory(long bytes) {
    return file("memory", UNIFIED ? "memory.max" : "memory.limit_in_bytes") + "=" + bytes;
  }

  private static String quota(long quota, long period) {
    return UNIFIED
        ? file("cpu", "cpu.max") + "=" + quota + " " + period
        : file("cpu", "cpu.cfs_quota_us") + "=" + quota;
  }

  private static String file(String controller, String name) {
    return "/sys/fs/cgroup/" + (UNIFIED ? "" : controller + "/") + name;
  }

  /** Reads each file in a running container; it must hold what stands behind the "=". */
  private static void holds(Node node, String container, String... expected) {
    String[] tries = new String[expected.length];
    for (int i = 0; i < tries.length; i++) {
      tries[i] = "read:" + expected[i].substring(0, expected[i].indexOf('='));
    }
    Inside inside = Inside.exec(node, container, tries);
    for (int i = 0; i < tries.length; i++) {
      assertThat(inside.tried(tries[i]).strip())
          .as(tries[i])
          .isEqualTo(expected[i].substring(expected[i].indexOf('=') + 1));
    }
  }

  private static void update(Node node, String container, LinuxContainerResources.Builder limits) {
    node.runtime()
        .updateContainerResources(
            UpdateContainerResourcesRequest.newBuilder()
                .setContainerId(container)
                .setLinux(limits)
                .build());
  }

  private static LinuxContainerResources.Builder limits() {
    return LinuxContainerResources.newBuilder();
  }

  private static LinuxContainerResources shown(Node node, String container) {
    return node.status(container).getResources().getLinux();
  }

  @Test
  void limitsChangeWhileTheContainerWaitsAndWhileItRuns() throws Exception {
    Node node = BED.node();
    String pod = node.pod("update");
    var config = Inside.sleeper("main");
    config
        .getLinuxBuilder()
        .setResources(
            limits().setMemoryLimitInBytes(64 * MIB).setCpuPeriod(50_000).setCpusetCpus("0"));
    String container = node.create(pod, config);
    update(node, container, limits().setMemoryLimitInBytes(96 * MIB));
    assertThat(shown(node, container).getMemoryLimitInBytes()).isEqualTo(96 * MIB);
    node.start(container);
    holds(node, container, memory(96 * MIB), file("cpuset", "cpuset.cpus") + "=0");

    update(node, container, limits().setCpuQuota(20_000).setOomScoreAdj(900));
    holds(node, container, memory(96 * MIB), quota(20_000, 50_000), "/proc/1/oom_score_adj=900");
    LinuxContainerResources after = shown(node, container);
    assertThat(after.getMemoryLimitInBytes()).isEqualTo(96 * MIB);
    assertThat(after.getCpuQuota()).isEqualTo(20_000);
    assertThat(after.getCpuPeriod()).isEqualTo(50_000);
    assertThat(after.getOomScoreAdj()).isEqualTo(900);

    BED.daemon().kill();
    node = BED.restarted();
    assertThat(shown(node, container)).isEqualTo(after);
  }

  @Test
  void aRefusedChangeChangesNothing() {
    Node node = BED.node();
    var config = Inside.sleeper("main");
    config.getLinuxBuilder().setResources(limits().setMemoryLimitInBytes(64 * MIB));
    String container = node.run(node.pod("refused"), config);
    LinuxContainerResources before = shown(node, container);
    refused(
        Code.INVALID_ARGUMENT,
        () ->
            update(
                BED.node(),
                container,
                limits().setMemoryLimitInBytes(128 * MIB).setCpusetCpus("4000")),
        "linux.cpuset_cpus",
        "4000");
    holds(node, container, memory(64 * MIB));
    assertThat(shown(node, container)).isEqualTo(before);
    // CVE-2023-6476: only limits can be reached through the map
    refused(
        Code.INVALID_ARGUMENT,
        () -> update(BED.node(), container, limits().putUnified("cgroup.procs", "1")),
        "linux.unified",
        "cgroup.procs");
    node.stop(container, 0);
    refused(
        Code.FAILED_PRECONDITION,
        () -> update(BED.node(), container, limits().setCpuShares(512)),
        container);
    refused(Code.NOT_FOUND, () -> update(BED.node(), "unknown", limits().setCpuShares(512)));
  }

  @Test
  void aPodsLimitsAreNotedAndShown() throws IOException {
    Node node = BED.node();
    String pod = node.pod("pod-limits");
    node.runtime()
        .updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest.newBuilder()
                .setPodSandboxId(pod)
                .setOverhead(limits().setMemoryLimitInBytes(3 * MIB))
                .setResources(limits().setCpuShares(2048))
                .build());
    String info =
        node.runtime()
            .podSandboxStatus(
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod).setVerbose(true).build())
            .getInfoOrThrow("info");
    assertThat(info)
        .contains("\"overhead\":{\"memory_limit_in_bytes\":" + 3 * MIB)
        .contains("\"resources\":{\"cpu_shares\":2048");
    node.stopPod(pod);
    refused(
        Code.FAILED_PRECONDITION,
        () ->
            BED.node()
                .runtime()
                .updatePodSandboxResources(
                    UpdatePodSandboxResourcesRequest.newBuilder().setPodSandboxId(pod).build()),
        pod);
  }
}
