package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.cri.v1.PodSandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whole pod lives on a kernel that has cgroup v2 alone. Not run by itself: {@code CgroupV2IT} runs
 * it in a guest, which is the machine that these tests look at.
 */
@Timeout(60)
class CgroupVersion2 {
  private static final long MIB = 1 << 20;
  private static final Path TOP = Path.of("/sys/fs/cgroup");

  @RegisterExtension static final Testbed BED = new Testbed();

  @BeforeAll
  static void onVersionTwo() {
    assertThat(TOP.resolve("cgroup.controllers")).content().contains("cpu io memory pids");
  }

  private static ContainerConfig.Builder limited(
      String name, String script, LinuxContainerResources.Builder resources) {
    ContainerConfig.Builder config = Node.shell(name, script);
    config.getLinuxBuilder().setResources(resources);
    return config;
  }

  private static Path cgroup(String pod) {
    return TOP.resolve("berth-" + BED.daemon().instance()).resolve("pods").resolve(pod);
  }

  private static Path cgroup(String pod, String container) {
    return cgroup(pod).resolve(container);
  }

  private static String read(Path dir, String file) throws IOException {
    return Files.readString(dir.resolve(file)).strip();
  }

  @Test
  void limitsAreInForceInTheKubeletsCgroupAndSeenFromInside() throws IOException {
    Node node = BED.node();
    Path kubelets = Files.createDirectories(TOP.resolve("kubepods/burstable/pod1"));
    try {
      PodSandboxConfig.Builder config = node.podConfig("limits");
      config.getLinuxBuilder().setCgroupParent("/kubepods/burstable/pod1");
      String pod = node.pod(config.build());
      String container =
          node.run(
              pod,
              limited(
                  "limits",
                  "sleep 1000",
                  LinuxContainerResources.newBuilder()
                      .setMemoryLimitInBytes(64 * MIB)
                      .setMemorySwapLimitInBytes(96 * MIB)
                      .setCpuShares(512)
                      .setCpuQuota(20_000)
                      .setCpuPeriod(50_000)
                      .putUnified("memory.high", Long.toString(48 * MIB))
                      .putUnified("pids.max", "40")));
      Path dir = kubelets.resolve(container);
      assertThat(read(dir, "memory.max")).isEqualTo(Long.toString(64 * MIB));
      assertThat(read(dir, "memory.swap.max")).isEqualTo(Long.toString(32 * MIB));
      assertThat(read(dir, "memory.high")).isEqualTo(Long.toString(48 * MIB));
      assertThat(read(dir, "cpu.max")).isEqualTo("20000 50000");
      assertThat(read(dir, "cpu.weight")).isNotEqualTo("100");
      assertThat(read(dir, "pids.max")).isEqualTo("40");
      assertThat(read(dir, "cgroup.procs").lines()).hasSize(1);
      assertThat(node.sh(container, "cat /proc/1/cgroup /sys/fs/cgroup/memory.max"))
          .isEqualTo("0::/\n" + 64 * MIB + "\n");
      assertThat(
              node.exec(container, "sh", "-c", "echo max >/sys/fs/cgroup/pids.max").getExitCode())
          .isNotZero();
      node.stop(container, 0).remove(container);
      assertThat(dir).doesNotExist();
      node.stopPod(pod).removePod(pod);
      assertThat(kubelets).exists();
    } finally {
      for (String dir : List.of("kubepods/burstable/pod1", "kubepods/burstable", "kubepods")) {
        Files.delete(TOP.resolve(dir));
      }
    }
  }

  @Test
  void aContainerThatRunsOutOfMemoryIsReportedSo() throws IOException {
    Node node = BED.node();
    String pod = node.pod("oom");
    String container =
        node.run(
            pod,
            limited(
                "oom",
                "exec dd if=/dev/zero of=/dev/null bs=64M count=1",
                LinuxContainerResources.newBuilder()
                    .setMemoryLimitInBytes(16 * MIB)
                    .setMemorySwapLimitInBytes(16 * MIB)));
    ContainerStatus ended = node.awaitExit(container);
    assertThat(ended.getReason()).isEqualTo("OOMKilled");
    assertThat(ended.getExitCode()).isEqualTo(137);
    assertThat(read(cgroup(pod, container), "memory.events")).contains("oom_kill 1");
  }

  @Test
  void aContainerSwapsAsFarAsItMay() throws IOException {
    Node node = BED.node();
    String pod = node.pod("swap");
    String container =
        node.run(
            pod,
            limited(
                "swap",
                "dd if=/dev/zero of=/dev/null bs=40M count=1 && echo through && exec sleep 1000",
                LinuxContainerResources.newBuilder()
                    .setMemoryLimitInBytes(24 * MIB)
                    .setMemorySwapLimitInBytes(88 * MIB)));
    Path dir = cgroup(pod, container);
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> node.log(container).stream().anyMatch(l -> l.text().equals("through")));
    assertThat(Long.parseLong(read(dir, "memory.swap.peak"))).isGreaterThan(8 * MIB);
    assertThat(node.status(container).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
  }

  @Test
  void forksEndAtThePidsLimit() {
    Node node = BED.node();
    String pod = node.pod("pids");
    ContainerConfig.Builder forks =
        limited(
            "pids",
            "sleep 9 & sleep 9 & sleep 9 & sleep 9 & sleep 9 & wait",
            LinuxContainerResources.newBuilder().putUnified("pids.max", "4"));
    String container = node.run(pod, forks);
    node.awaitExit(container);
    assertThat(node.log(container)).anyMatch(line -> line.text().contains("fork"));
  }

  @Test
  void aStoppedContainerTakesItsForksAndSessionsAlong() throws IOException {
    Node node = BED.node();
    String pod = node.pod("forks");
    String container =
        node.run(pod, Node.shell("forks", "while :; do sleep 70 & sleep 0.002; done"));
    node.exec(container, "sh", "-c", "setsid sleep 71 >/dev/null 2>&1 &");
    Path dir = cgroup(pod, container);
    await().until(() -> read(dir, "cgroup.procs").lines().count() > 5);
    node.stop(container, 0);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> read(dir, "cgroup.events").contains("populated 0"));
    node.remove(container);
    assertThat(dir).doesNotExist();
  }

  @Test
  void theKubeletMayRemoveTheCgroupFirst() throws IOException {
    Node node = BED.node();
    String pod = node.pod("gone");
    String container = node.sleeper(pod, "gone");
    Path dir = cgroup(pod, container);
    Files.writeString(cgroup(pod).resolve("cgroup.kill"), "1");
    node.awaitExit(container);
    await().ignoreException(IOException.class).until(() -> Files.deleteIfExists(dir));
    await().ignoreException(IOException.class).until(() -> Files.deleteIfExists(cgroup(pod)));
    node.stop(container, 0).remove(container).stopPod(pod).removePod(pod);
  }

  @Test
  void limitsAndEndsOutliveTheDaemon() throws IOException {
    Node node = BED.node();
    String pod = node.pod("outlives");
    List<String> containers =
        List.of(
            node.sleeper(pod, "stays"),
            node.run(
                pod,
                limited(
                    "oom",
                    "sleep 1; exec dd if=/dev/zero of=/dev/null bs=64M count=1",
                    LinuxContainerResources.newBuilder()
                        .setMemoryLimitInBytes(16 * MIB)
                        .setMemorySwapLimitInBytes(16 * MIB))));
    BED.daemon().kill();
    Path events = cgroup(pod, containers.getLast()).resolve("memory.events");
    await().until(() -> Files.readString(events).contains("oom_kill 1"));
    BED.restarted();
    assertThat(node.awaitExit(containers.getLast()).getReason()).isEqualTo("OOMKilled");
    assertThat(node.sh(containers.getFirst(), "echo here")).isEqualTo("here\n");
  }
}
