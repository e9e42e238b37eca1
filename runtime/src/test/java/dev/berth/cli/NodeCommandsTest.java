package dev.berth.cli;

import static dev.berth.cli.Finding.Level.fail;
import static dev.berth.cli.Finding.Level.ok;
import static dev.berth.cli.Finding.Level.warn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.api.v1.ListPullsResponse;
import dev.berth.api.v1.TraceResponse;
import dev.berth.config.BerthConfig;
import dev.berth.config.NetworkMode;
import dev.berth.cri.v1.ListContainersResponse;
import dev.berth.cri.v1.ListPodSandboxMetricsResponse;
import dev.berth.cri.v1.ListPodSandboxResponse;
import dev.berth.cri.v1.PodSandboxStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands' tables, from answers. */
class NodeCommandsTest {
  private static final long NOW = 1_000_000_000L;

  @TempDir Path dir;

  @Test
  void psShowsContainersBelowTheirPod() {
    var pods = ListPodSandboxResponse.newBuilder();
    pods.addItemsBuilder()
        .setId("aaaabbbbccccddddeeee")
        .setCreatedAt((NOW - 90_000) * 1_000_000)
        .getMetadataBuilder()
        .setNamespace("default")
        .setName("web");
    var containers = ListContainersResponse.newBuilder();
    containers
        .addContainersBuilder()
        .setId("1111222233334444")
        .setPodSandboxId("aaaabbbbccccddddeeee")
        .setCreatedAt((NOW - 5_000) * 1_000_000)
        .getMetadataBuilder()
        .setName("na\u001bme");
    assertThat(Ps.table(pods.build(), containers.build(), NOW))
        .isEqualTo(
            """
            POD            NAMESPACE  NAME     STATE    AGE  CONTAINER      IMAGE
            aaaabbbbccccd  default    web      ready    90s
                                        na?me  created  5s   1111222233334
            """);
  }

  @Test
  void topPutsTheBusiestFirst() {
    var idle = PodSandboxStats.newBuilder();
    idle.getAttributesBuilder().setId("idle");
    var busy = PodSandboxStats.newBuilder();
    busy.getAttributesBuilder().setId("busy");
    busy.getLinuxBuilder().getCpuBuilder().getUsageNanoCoresBuilder().setValue(1_500_000_000L);
    busy.getLinuxBuilder().getMemoryBuilder().getWorkingSetBytesBuilder().setValue(3 << 20);
    String table = Top.table(List.of(idle.build(), busy.build()), new BlockIo(Map.of()));
    assertThat(table.lines().skip(1)).hasSize(2).first().asString().contains("1500.0 m", "3.0 MiB");
  }

  @Test
  void topSumsWhatThePodsContainersReadAndWrote() {
    var pod = PodSandboxStats.newBuilder();
    for (String id : List.of("c1", "c2")) {
      pod.getLinuxBuilder().addContainersBuilder().getAttributesBuilder().setId(id);
    }
    var metrics = ListPodSandboxMetricsResponse.newBuilder();
    var of = metrics.addPodMetricsBuilder().addContainerMetricsBuilder().setContainerId("c1");
    for (String device : List.of("/dev/a", "/dev/b")) {
      var row = of.addMetricsBuilder().setName("container_fs_writes_bytes_total");
      row.addLabelValues(device).getValueBuilder().setValue(3 << 20);
    }
    BlockIo io = BlockIo.of(metrics.build());
    assertThat(io.of("c1")).isEqualTo(new BlockIo.Bytes(0, 6 << 20));
    List<String> lines = Top.table(List.of(pod.build()), io).lines().toList();
    assertThat(lines.getFirst()).contains("READ", "WRITTEN");
    assertThat(lines.get(1)).contains("0 B", "6.0 MiB");
  }

  @Test
  void runningPullsShowWhatCame() {
    var pulls = ListPullsResponse.newBuilder();
    pulls
        .addPullsBuilder()
        .setReference("a:1")
        .setBeganAt(1_000_000_000)
        .setFetched(1 << 20)
        .setSize(4 << 20);
    assertThat(PullsCommand.table(pulls.build(), 3_000))
        .contains("1.0 MiB of 4.0 MiB", "512 KiB/s");
  }

  @Test
  void theDoctorSeesBrokenRegistriesAndMissingPlugins() throws IOException {
    write("certs/good.example/hosts.toml", "server = \"http://127.0.0.1:1\"\nca = \"none.pem\"\n");
    write("certs/bad.example/hosts.toml", "[host]\ncapabilities = 3\n");
    List<Finding> registries = RegistryCheckup.of(dir.resolve("certs"), Map.of());
    assertThat(registries).extracting(Finding::level).containsExactly(fail, fail, warn);
    assertThat(registries.get(0).said()).contains("bad.example/hosts.toml");
    assertThat(registries.get(1).said()).contains("none.pem cannot be read");
    assertThat(registries.get(2).about()).isEqualTo("registry 127.0.0.1:1");

    var cni =
        new BerthConfig.Cni(
            dir.resolve("net.d"), List.of(dir.resolve("bin")), Duration.ofSeconds(1));
    var network = new BerthConfig.Network(NetworkMode.CNI, List.of(), 1500, cni);
    assertThat(NetworkCheckup.of(network)).extracting(Finding::level).containsExactly(fail);
    write(
        "net.d/10.conflist",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":\"nosuch\"}]}");
    assertThat(NetworkCheckup.of(network)).extracting(Finding::level).containsExactly(ok, fail);
  }

  @Test
  void traceDrawsTheStepsWhereTheyWere() {
    var trace = TraceResponse.newBuilder().setPodSandboxId("p");
    var call = trace.addCallsBuilder().setMethod("RunPodSandbox").setTook(4_000_000);
    call.addStepsBuilder().setStep("intent").setAfter(0).setTook(1_000_000);
    call.addStepsBuilder().setStep("shim").setAfter(2_000_000).setTook(2_000_000);
    assertThat(TraceCommand.timeline(trace.build()))
        .contains("RunPodSandbox  4.00 ms")
        .contains("intent  0.00 ms  1.00 ms  " + "▇".repeat(10) + "\n")
        .contains("shim    2.00 ms  2.00 ms  " + " ".repeat(20) + "▇".repeat(20) + "\n");
  }

  @Test
  void theDoctorSeesAnOldKernelAndMissingControllers() throws IOException {
    write("proc/sys/kernel/osrelease", "5.4.0-generic\n");
    write("proc/filesystems", "nodev\toverlay\n");
    write("proc/thread-self/mountinfo", "30 29 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    write("sys/fs/cgroup/cgroup.controllers", "cpu memory pids");
    write(
        "proc/thread-self/limits", "Max open files            1024                 4096  files\n");
    List<Finding> found = Checkup.of(dir, dir);
    assertThat(found)
        .contains(
            new Finding(
                Finding.Level.fail,
                "kernel",
                "5.4.0-generic, Berth needs 5.14",
                "use a newer kernel"));
    assertThat(found)
        .filteredOn(f -> f.about().equals("cgroups"))
        .singleElement()
        .satisfies(f -> assertThat(f.said()).isEqualTo("V2 without cpuset"));
    assertThat(found)
        .filteredOn(f -> f.about().equals("open files"))
        .singleElement()
        .satisfies(f -> assertThat(f.level()).isEqualTo(Finding.Level.warn));
    assertThat(found).contains(Finding.ok("overlay", "the kernel has it"));
  }

  private void write(String path, String text) throws IOException {
    Path file = dir.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
