package dev.berth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  @TempDir Path dir;

  private Path write(String toml) throws IOException {
    return Files.writeString(dir.resolve("config.toml"), toml);
  }

  @Test
  void defaultsAreACompleteConfiguration() throws Exception {
    BerthConfig config = new ConfigLoader().load();
    assertThat(config)
        .isEqualTo(
            new BerthConfig(
                Path.of("/var/lib/berth"),
                Path.of("/run/berth"),
                Path.of("/run/berth/berth.sock"),
                new BerthConfig.Registry(Path.of("/etc/berth/certs.d"), Optional.empty(), 60),
                new BerthConfig.Images(
                    List.of(),
                    16,
                    0,
                    0,
                    16,
                    false,
                    Optional.empty(),
                    Duration.ofSeconds(10),
                    Optional.empty()),
                new BerthConfig.Network(
                    NetworkMode.BUILTIN,
                    List.of(PodCidr.parse("10.219.0.0/16")),
                    1500,
                    new BerthConfig.Cni(
                        Path.of("/etc/cni/net.d"),
                        List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni")),
                        Duration.ofSeconds(60))),
                new BerthConfig.Cgroup(CgroupDriver.CGROUPFS),
                new BerthConfig.RuntimeDefaults(
                    Optional.empty(),
                    List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi")),
                    List.of(),
                    List.of()),
                new BerthConfig.Limits(16384, LogWhenFull.DROP),
                new BerthConfig.Rpc(32),
                new BerthConfig.Streaming(
                    InetAddress.ofLiteral("127.0.0.1"),
                    0,
                    Duration.ofHours(4),
                    Duration.ofSeconds(30),
                    Optional.empty()),
                new BerthConfig.Log(LogLevel.INFO, Duration.ofSeconds(2)),
                new BerthConfig.Stats(Duration.ofSeconds(1)),
                new BerthConfig.Metrics(Optional.empty()),
                new BerthConfig.Tracing(Optional.empty())));
  }

  @Test
  void everyKeyIsMapped() throws Exception {
    Path file =
        write(
            """
            root = "/r"
            state = "/s"
            socket = "/x.sock"
            [registry]
            config_path = "/etc/containerd/certs.d"
            credentials = "/etc/auth.json"
            stall_seconds = 5
            [images]
            pinned = ["registry.k8s.io/pause:*"]
            parallel_pulls = 3
            parallel_layers = 4
            parallel_unpacks = 5
            resume_mib = 6
            layer_blobs = "keep"
            verifier_folder = "/verify"
            verifier_timeout_seconds = 3
            import_folder = "/import"
            [network]
            mode = "cni"
            pod_cidrs = ["10.9.0.0/24", "fd00:9::/64"]
            mtu = 1450
            cni_conf_dir = "/c"
            cni_bin_dirs = ["/b", "/d"]
            cni_timeout = 9
            [cgroup]
            driver = "cgroupfs"
            [runtime]
            default_seccomp = "/etc/berth/seccomp.json"
            cdi_folders = ["/cdi"]
            rlimits = ["nofile=1024:4096", "core=0", "memlock=unlimited"]
            handlers.crun = "/usr/bin/crun --debug"
            handlers.runc = "runc"
            [limits]
            log_line_bytes = 4096
            log_when_full = "stall"
            [rpc]
            threads = 8
            [streaming]
            address = "::1"
            port = 10350
            idle_timeout_seconds = 60
            creation_timeout_seconds = 10
            tls_cert = "/etc/berth/tls.crt"
            tls_key = "/etc/berth/tls.key"
            tls_min_version = "1.3"
            [log]
            level = "debug"
            """);
    assertThat(new ConfigLoader().file(file).load())
        .isEqualTo(
            new BerthConfig(
                Path.of("/r"),
                Path.of("/s"),
                Path.of("/x.sock"),
                new BerthConfig.Registry(
                    Path.of("/etc/containerd/certs.d"), Optional.of(Path.of("/etc/auth.json")), 5),
                new BerthConfig.Images(
                    List.of("registry.k8s.io/pause:*"),
                    3,
                    4,
                    5,
                    6,
                    true,
                    Optional.of(Path.of("/verify")),
                    Duration.ofSeconds(3),
                    Optional.of(Path.of("/import"))),
                new BerthConfig.Network(
                    NetworkMode.CNI,
                    List.of(PodCidr.parse("10.9.0.0/24"), PodCidr.parse("fd00:9::/64")),
                    1450,
                    new BerthConfig.Cni(
                        Path.of("/c"),
                        List.of(Path.of("/b"), Path.of("/d")),
                        Duration.ofSeconds(9))),
                new BerthConfig.Cgroup(CgroupDriver.CGROUPFS),
                new BerthConfig.RuntimeDefaults(
                    Optional.of(Path.of("/etc/berth/seccomp.json")),
                    List.of(Path.of("/cdi")),
                    List.of(
                        new ResourceLimit("RLIMIT_NOFILE", 1024, 4096),
                        new ResourceLimit("RLIMIT_CORE", 0, 0),
                        new ResourceLimit("RLIMIT_MEMLOCK", -1, -1)),
                    List.of(
                        new HandlerCommand("crun", List.of("/usr/bin/crun", "--debug")),
                        new HandlerCommand("runc", List.of("runc")))),
                new BerthConfig.Limits(4096, LogWhenFull.STALL),
                new BerthConfig.Rpc(8),
                new BerthConfig.Streaming(
                    InetAddress.ofLiteral("::1"),
                    10350,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(10),
                    Optional.of(
                        new BerthConfig.StreamingTls(
                            Path.of("/etc/berth/tls.crt"), Path.of("/etc/berth/tls.key"), "1.3"))),
                new BerthConfig.Log(LogLevel.DEBUG, Duration.ofSeconds(2)),
                new BerthConfig.Stats(Duration.ofSeconds(1)),
                new BerthConfig.Metrics(Optional.empty()),
                new BerthConfig.Tracing(Optional.empty())));
  }

  @Test
  void handlersThatCannotBeAreRefused() {
    for (String handler :
        List.of(
            "runc", "Berth=runc", "berth=runc", "x=bin/runc", "x=", "kata=runc", "x=/kata-run")) {
      assertThatThrownBy(() -> new ConfigLoader().set("runtime.handlers=" + handler).load())
          .as(handler)
          .isInstanceOf(ConfigRefused.class)
          .hasMessageContaining("runtime.handlers");
    }
  }

  @Test
  void optionsAreStrongerThanTheFileAndLaterOnesThanEarlierOnes() throws Exception {
    Path file = write("root = \"/r\"\nnetwork.mtu = 1400\n");
    BerthConfig config =
        new ConfigLoader()
            .file(file)
            .set("--state", "state", "/tmp/s")
            .set("network.mtu=1300")
            .set("network.mtu=1301")
            .set("network.pod_cidrs=10.9.0.0/24, fd00:9::/64")
            .load();
    assertThat(config.root()).isEqualTo(Path.of("/r"));
    assertThat(config.socket()).isEqualTo(Path.of("/tmp/s/berth.sock"));
    assertThat(config.network().mtu()).isEqualTo(1301);
    assertThat(config.network().podCidrs()).hasSize(2);
  }

  @Test
  void optionsMayBeWrittenAsInAFile() throws Exception {
    BerthConfig config =
        new ConfigLoader()
            .set("root=\"/r\"")
            .set("network.pod_cidrs=[\"10.9.0.0/24\", \"fd00:9::/64\"]")
            .load();
    assertThat(config.root()).isEqualTo(Path.of("/r"));
    assertThat(config.network().podCidrs()).hasSize(2);
  }

  @Test
  void everythingWrongIsToldAtOnceWithFileAndLine() throws Exception {
    Path file =
        write(
            """
            root = 3
            sokcet = "/x"
            [network]
            mtu = 70000
            pod_cidrs = ["10.9.0.1/24"]
            [netwrok]
            """);
    assertThatThrownBy(() -> new ConfigLoader().file(file).load())
        .isInstanceOf(ConfigRefused.class)
        .message()
        .contains(
            file + ":1: root = 3: expected a string: an absolute path, but it is an integer",
            file + ":2: sokcet: unknown key; the nearest one is socket",
            file + ":4: network.mtu = 70000: expected an integer from 576 to 65535",
            file
                + ":5: network.pod_cidrs = [\"10.9.0.1/24\"]: expected at least one ADDRESS/PREFIX",
            "the network of this prefix is 10.9.0.0/24",
            file + ":6: netwrok: unknown key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "root = 'var/lib'; it is not absolute",
        "network = 3; network: expected a table",
        "network.mtu = '1500'; expected an integer",
        "network.mtu = 1.5; it is a float",
        "network.pod_cidrs = []; there are 0",
        "network.pod_cidrs = [1]; a list with other types",
        "network.pod_cidrs = ['10.0.0.0/8', '10.1.0.0/16']; overlap",
        "network.pod_cidrs = ['10.0.0.0']; it has no /PREFIX",
        "network.pod_cidrs = ['localhost/8']; expected at least one ADDRESS/PREFIX",
        "network.pod_cidrs = ['10.0.0.0/31']; the prefix must be from 8 to 29",
        "network.pod_cidrs = ['10.0.0.0/+8']; the prefix is not a number",
        "network.pod_cidrs = ['127.0.0.0/8']; pods cannot have such addresses",
        "network.mode = 'none'; expected",
        "network = { mtu = 600, pod_cidrs = ['fd00::/64'] }; IPv6 needs at least 1280",
        "cgroup.driver = 'systemd'; the systemd driver is not in this version",
        "log.level = 'INFO'; there is no such choice",
        "limits.log_line_bytes = 1; outside the range",
        "state = '/var/lib/berth/state'; must not lie in each other",
        "root = '/a' x; not TOML",
        "metrics.address = '127.0.0.1:99999'; its port is above 65535",
        "metrics.address = 'localhost:90'; expected",
        "[[root]]; root = [",
      })
  void impossibleValuesAreRefusedWithTheirLine(String toml, String message) throws Exception {
    Path file = write("\n" + toml + "\n");
    assertThatThrownBy(() -> new ConfigLoader().file(file).load())
        .isInstanceOf(ConfigRefused.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file + ":2");
  }

  @Test
  void optionsAreRefusedByTheirName() {
    assertThatThrownBy(
            () ->
                new ConfigLoader()
                    .set("network.mtu=many")
                    .set("nothing")
                    .set("a.b=1")
                    .set("--root", "root", "here")
                    .load())
        .message()
        .contains(
            "--set: network.mtu = \"many\": expected an integer: an integer from 576 to 65535",
            "--set nothing: expected KEY=VALUE",
            "--set: a.b: unknown key",
            "--root: root = \"here\": expected an absolute path, but it is not absolute");
  }

  @Test
  void aSocketPathMustFitTheKernel() {
    String longName = "/" + "x".repeat(107);
    assertThatThrownBy(() -> new ConfigLoader().set("--socket", "socket", longName).load())
        .hasMessageContaining("it has 108 bytes");
    assertThatThrownBy(() -> new ConfigLoader().set("--state", "state", longName).load())
        .hasMessageContaining("the kernel allows 107");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> new ConfigLoader().file(dir.resolve("none.toml")).load())
        .isInstanceOf(ConfigRefused.class)
        .hasMessageContaining(dir.resolve("none.toml").toString());
  }
}
