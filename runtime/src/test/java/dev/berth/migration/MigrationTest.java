package dev.berth.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.config.ConfigLoader;
import dev.berth.config.ConfigRefused;
import dev.berth.config.NetworkMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {
  private static final String VERSION_2 =
      """
      version = 2
      root = "/var/lib/containerd"
      oom_score = -999
      [metrics]
        address = "127.0.0.1:1338"
      [plugins."io.containerd.grpc.v1.cri"]
        sandbox_image = "registry.k8s.io/pause:3.9"
        stream_idle_timeout = "1h30m5s"
        stream_server_port = "10010"
        max_container_log_line_size = 32768
        enable_selinux = false
        [plugins."io.containerd.grpc.v1.cri".cni]
          bin_dir = "/usr/libexec/cni"
          conf_dir = "/etc/cni/other.d"
        [plugins."io.containerd.grpc.v1.cri".registry]
          config_path = "/etc/containerd/certs.d:/etc/docker/certs.d"
        [plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
          endpoint = ["https://mirror.example"]
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.gvisor]
          runtime_type = "io.containerd.runsc.v1"
      [plugins."io.containerd.gc.v1.scheduler"]
        pause_threshold = 0.02
      """;

  @TempDir Path dir;

  private Migration of(String text) throws Exception {
    return Migration.of(Files.writeString(dir.resolve("their.toml"), text));
  }

  @Test
  void containerdsConfigurationBecomesOneThatTheDaemonTakes() throws Exception {
    Migration migration = of(VERSION_2);
    Path file =
        Files.writeString(dir.resolve("ours.toml"), migration.file(dir.resolve("their.toml")));
    var config = new ConfigLoader().file(file).load();
    assertThat(config.network().mode()).isEqualTo(NetworkMode.CNI);
    assertThat(config.network().cni().confDir()).isEqualTo(Path.of("/etc/cni/other.d"));
    assertThat(config.network().cni().binDirs()).containsExactly(Path.of("/usr/libexec/cni"));
    assertThat(config.registry().configPath()).isEqualTo(Path.of("/etc/containerd/certs.d"));
    assertThat(config.streaming().port()).isEqualTo(10010);
    assertThat(config.streaming().idleTimeout()).hasSeconds(5405);
    assertThat(config.limits().logLineBytes()).isEqualTo(32768);
    assertThat(config.metrics().address()).hasValue("127.0.0.1:1338");
  }

  @Test
  void whatDoesNotCarryOverIsThereWithItsReasonAndItsLine() throws Exception {
    Migration migration = of(VERSION_2);
    assertThat(migration.dropped())
        .hasEntrySatisfying(
            "Berth needs no pause image",
            settings ->
                assertThat(settings)
                    .containsExactly(
                        "plugins.\"io.containerd.grpc.v1.cri\".sandbox_image (line 7)"));
    assertThat(migration.dropped().keySet())
        .anyMatch(why -> why.contains("docker.io/hosts.toml") && why.contains("mirror.example"))
        .anyMatch(why -> why.startsWith("handler \"gvisor\""));
    assertThat(migration.file(Path.of("x"))).doesNotContain("enable_selinux");
  }

  @Test
  void theThirdVersionOfTheFileHasThePluginUnderOtherNames() throws Exception {
    Migration migration =
        of(
            """
            version = 3
            [plugins.'io.containerd.cri.v1.images'.registry]
              config_path = '/etc/containerd/certs.d'
            [plugins.'io.containerd.cri.v1.runtime'.cni]
              bin_dirs = ['/opt/cni/bin', '/x']
            """);
    assertThat(migration.carried())
        .containsEntry("registry.config_path", "\"/etc/containerd/certs.d\"")
        .containsEntry("network.cni_bin_dirs", "[\"/opt/cni/bin\", \"/x\"]");
  }

  @Test
  void criosConfigurationToo() throws Exception {
    Migration migration =
        of(
            """
            [crio]
            root = "/var/lib/containers/storage"
            [crio.runtime]
            log_level = "trace"
            default_ulimits = ["nofile=1024:2048"]
            cgroup_manager = "cgroupfs"
            pids_limit = 1024
            [crio.image]
            pinned_images = ["registry.k8s.io/pause:*"]
            pause_image = "registry.k8s.io/pause:3.9"
            [crio.network]
            plugin_dirs = ["/opt/cni/bin/"]
            """);
    assertThat(migration.carried())
        .containsEntry("log.level", "\"debug\"")
        .containsEntry("runtime.rlimits", "[\"nofile=1024:2048\"]")
        .containsEntry("cgroup.driver", "\"cgroupfs\"")
        .containsEntry("images.pinned", "[\"registry.k8s.io/pause:*\"]");
    assertThat(migration.dropped()).containsKey("the kubelet's podPidsLimit says it");
  }

  @Test
  void aValueThatBerthDoesNotTakeIsNotCarriedOver() throws Exception {
    Migration migration = of("[crio.runtime]\ndefault_ulimits = [\"sky=1:2\"]\n");
    assertThat(migration.carried()).doesNotContainKey("runtime.rlimits");
    assertThat(migration.dropped().keySet()).anyMatch(why -> why.contains("sky=1:2"));
  }

  @Test
  void aNameWithANewlineStaysAComment() throws Exception {
    String file = of("\"a\\nroot = '/evil'\" = \"x\"\n").file(Path.of("x"));
    assertThat(file.lines()).allMatch(l -> l.isEmpty() || l.startsWith("#") || l.startsWith("net"));
  }

  @Test
  void whatIsNotTomlIsRefused() {
    assertThatThrownBy(() -> of("this is not")).isInstanceOf(ConfigRefused.class);
  }
}
