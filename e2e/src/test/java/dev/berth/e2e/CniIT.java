package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RuntimeCondition;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon whose pods are attached by a distribution's own CNI plugins. */
class CniIT {
  private static final CniLink LINK = new CniLink("cnie2e");

  @RegisterExtension static final Testbed BED = new Testbed(LINK::configure);

  private static Path faults() {
    return BED.daemon().settings().home().resolve("faults");
  }

  /** The plugin's bridge is not Berth's to remove. */
  @AfterAll
  static void removeBridge() throws Exception {
    LINK.remove();
  }

  @Test
  void podsReachEachOtherByThePluginsNetwork() throws IOException {
    Node node = BED.node();
    String server = node.pod("server");
    node.run(server, Node.shell("web", NetworkIT.SERVE));
    String address = node.podStatus(server).getNetwork().getIp();
    assertThat(LINK.leases(BED.daemon())).contains(address);
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
    Path conf = CniLink.conf(BED.daemon().settings());
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
    return node.condition("NetworkReady");
  }

  private static void assertNothingIsLeft() {
    LINK.assertNothingIsLeft(BED.daemon());
  }
}
