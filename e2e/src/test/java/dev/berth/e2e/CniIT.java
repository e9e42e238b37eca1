package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RuntimeCondition;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.e2e.daemon.DaemonSettings;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon whose pods are attached by a distribution's own CNI plugins. */
class CniIT {
  private static final Path BRIDGE = Path.of("/usr/lib/cni/bridge");
  private static final String LINK = "cnie2e" + ProcessHandle.current().pid() % 100_000;

  @RegisterExtension static final Testbed BED = new Testbed(CniIT::withPlugins);

  private static DaemonSettings withPlugins(DaemonSettings settings) {
    assumeTrue(Files.isExecutable(BRIDGE), "needs containernetworking-plugins");
    try {
      Files.createDirectories(settings.home().resolve("net.d"));
      Files.writeString(
          conf(settings),
          """
          {"cniVersion": "1.0.0", "name": "e2e-%1$s", "plugins": [
            {"type": "bridge", "bridge": "%1$s", "isGateway": true, "ipam": {
              "type": "host-local", "dataDir": "%2$s",
              "ranges": [[{"subnet": "%3$s"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
            {"type": "portmap", "capabilities": {"portMappings": true}}]}
          """
              .formatted(
                  LINK,
                  settings.home().resolve("leases"),
                  settings.options().get("network.pod_cidrs")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return settings
        .set("network.mode", "cni")
        .set("network.cni_conf_dir", settings.home().resolve("net.d").toString())
        .env("BERTH_TEST_FAULTS", settings.home().resolve("faults").toString());
  }

  private static Path conf(DaemonSettings settings) {
    return settings.home().resolve("net.d/10-e2e.conflist");
  }

  private static Path faults() {
    return BED.daemon().settings().home().resolve("faults");
  }

  /** The plugin's bridge is not Berth's to remove. */
  @AfterAll
  static void removeBridge() throws Exception {
    new ProcessBuilder("ip", "link", "delete", LINK).start().waitFor();
  }

  @Test
  void podsReachEachOtherByThePluginsNetwork() throws IOException {
    Node node = BED.node();
    String server = node.pod("server");
    node.run(server, Node.shell("web", NetworkIT.SERVE));
    String address = node.podStatus(server).getNetwork().getIp();
    assertThat(leases()).contains(address);
    String client = node.sleeper(node.pod("client"), "main");
    assertThat(node.sh(client, NetworkIT.fetch(address))).isEqualTo("page\n");
    node.removeAllPods();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AttachCni/record",
        "AttachCni/pin",
        "AttachCni/add",
        "AttachCni/result",
        "DetachCni/del",
        "DetachCni/unpin"
      })
  void aDaemonThatIsKilledThereLeavesNothing(String step) throws IOException {
    Files.writeString(faults(), step + " after kill\n");
    Node node = BED.node();
    assertThatThrownBy(() -> node.stopPod(node.pod("killed")))
        .isInstanceOf(StatusRuntimeException.class);
    await().until(() -> !BED.daemon().alive());
    Files.delete(faults());
    BED.restarted().removeAllPods();
    assertNothingIsLeft();
  }

  @Test
  void withoutANetworkTheNodeSaysSoAndPodsOnTheHostsRun() throws IOException {
    Node node = BED.node();
    String attached = node.pod("attached");
    Path conf = conf(BED.daemon().settings());
    String list = Files.readString(conf);
    Files.delete(conf);
    try {
      await().until(() -> !network(node).getStatus());
      assertThat(network(node).getReason()).isEqualTo("NetworkPluginNotReady");
      assertThat(network(node).getMessage()).contains("no valid network configuration in");
      assertThatThrownBy(() -> node.pod("late")).hasMessageContaining("UNAVAILABLE");
      node.pod(hostNetwork(node));
      node.removePod(attached);
      assertNothingIsLeft();
    } finally {
      Files.writeString(conf, list);
    }
    await().until(() -> network(node).getStatus());
  }

  private static PodSandboxConfig hostNetwork(Node node) {
    PodSandboxConfig.Builder config = node.podConfig("host").setHostname("");
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setNetwork(NamespaceMode.NODE);
    return config.build();
  }

  private static RuntimeCondition network(Node node) {
    return node
        .runtime()
        .status(StatusRequest.getDefaultInstance())
        .getStatus()
        .getConditionsList()
        .stream()
        .filter(condition -> condition.getType().equals("NetworkReady"))
        .findFirst()
        .orElseThrow();
  }

  /** No address, no record, no pinned namespace, no link in the plugin's bridge. */
  private static void assertNothingIsLeft() {
    Path records = BED.daemon().settings().root().resolve("cni");
    await()
        .untilAsserted(
            () -> {
              assertThat(leases()).noneMatch(name -> name.startsWith("10."));
              assertThat(names(records)).isEmpty();
              assertThat(names(Path.of("/run/netns")))
                  .noneMatch(name -> name.startsWith(BED.daemon().instance()));
              assertThat(names(Path.of("/sys/class/net", LINK, "brif"))).isEmpty();
            });
  }

  private static List<String> leases() throws IOException {
    return names(BED.daemon().settings().home().resolve("leases/e2e-" + LINK));
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found.map(file -> file.getFileName().toString()).toList();
    }
  }
}
