package dev.berth.network.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.kernel.Kernel;
import dev.berth.netns.TestNetns;
import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.Bandwidth;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import dev.berth.network.NetworkSettings;
import dev.berth.network.PodFacts;
import dev.berth.steps.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host, played by the JVM's own network namespace, with a built-in network on it; pods and an
 * outside in namespaces of their own. After each test nothing may be left on the host.
 */
abstract class NetworkLab {
  static final String INSTANCE = "0a1b2c3d";
  static final String RANGE = "10.88.0.0/24";

  @TempDir Path locks;
  final List<TestNetns> pods = new ArrayList<>();
  final List<TestNetns> outsides = new ArrayList<>();
  BuiltinNetwork network;

  @BeforeEach
  void ownHost() {
    TestNetns.assumeOwnHost();
    network = network(RANGE);
    network.recover(List.of());
  }

  @AfterEach
  void nothingStays() throws Exception {
    if (network == null) {
      return;
    }
    network.awaitReaped(Duration.ofSeconds(5));
    network.destroy();
    network.close();
    if (!outsides.isEmpty()) {
      TestNetns.host("ip", "link", "del", "up0");
    }
    pods.forEach(TestNetns::close);
    outsides.forEach(TestNetns::close);
    assertThat(TestNetns.host("ip", "-o", "link")).doesNotContain("bth").doesNotContain("bti");
    assertThat(TestNetns.host("nft", "list", "tables")).isEmpty();
  }

  BuiltinNetwork network(String... ranges) {
    return network(Faults.NONE, ranges);
  }

  BuiltinNetwork network(Faults faults, String... ranges) {
    List<Cidr> cidrs = new ArrayList<>();
    for (String range : ranges) {
      cidrs.add(Cidr.parse(range));
    }
    return new BuiltinNetwork(
        new NetworkSettings(INSTANCE, cidrs, 0, locks), Kernel.linux(), faults);
  }

  TestNetns pod() {
    TestNetns pod = TestNetns.make();
    pods.add(pod);
    network.podSysctls().forEach((key, value) -> pod.run("sysctl", "-qw", key + "=" + value));
    return pod;
  }

  static AttachRequest request(String id, TestNetns pod, HostPort... ports) {
    return new AttachRequest(id, PodFacts.named("test", id), pod.socket, pod.netns, List.of(ports));
  }

  static AttachRequest limited(String id, TestNetns pod, Bandwidth limits) {
    PodFacts facts =
        new PodFacts("test", id, "", Map.of(), "", PodFacts.Dns.NONE, limits, PodFacts.Wishes.NONE);
    return new AttachRequest(id, facts, pod.socket, pod.netns, List.of());
  }

  Attachment attach(String id, TestNetns pod, HostPort... ports) {
    return network.attach(request(id, pod, ports));
  }

  static String ip(Attachment attachment) {
    return attachment.ips().get(0).getHostAddress();
  }

  static String tcp(TestNetns from, String address, int port) {
    return from.call(() -> Echo.askTcp(address, port));
  }

  static String links() {
    return TestNetns.host("ip", "-o", "link");
  }

  /** A namespace that knows the host as 192.0.2.1 and nothing of the pods. */
  TestNetns outside() {
    TestNetns outside = TestNetns.make();
    outsides.add(outside);
    TestNetns.host(
        "ip",
        "link",
        "add",
        "up0",
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        outside.path());
    TestNetns.host("ip", "addr", "add", "192.0.2.1/24", "dev", "up0");
    TestNetns.host("ip", "link", "set", "up0", "up");
    outside.run("ip", "addr", "add", "192.0.2.2/24", "dev", "eth0");
    outside.run("ip", "link", "set", "eth0", "up");
    return outside;
  }

  static Faults failing(String at) {
    return new Faults() {
      @Override
      public void after(String operation, int number, String step) throws Exception {
        if (step.equals(at)) {
          throw new IllegalStateException("broken after " + step);
        }
      }
    };
  }
}
