package dev.berth.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.fault.Fault;
import dev.berth.netns.TestNetns;
import dev.berth.network.Attachment;
import dev.berth.network.Bandwidth;
import dev.berth.network.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chains of the reference plugins, as a distribution packages them. */
class RealPluginsKernelTest extends CniLab {
  private static final String PORTMAP =
      "{\"type\": \"portmap\", \"capabilities\": {\"portMappings\": true}}";

  @BeforeEach
  void installed() {
    assumeTrue(Files.isExecutable(REAL.resolve("bridge")), "needs containernetworking-plugins");
  }

  private String bridge() {
    return "{\"type\": \"bridge\", \"bridge\": \"lab0\", \"isGateway\": true, \"ipMasq\": true, "
        + ipam("10.77.0.0/24")
        + "}";
  }

  @Test
  void aBridgeWithPortsLimitsAndTuningCarriesPods() throws Exception {
    conf(
        "1.0.0",
        bridge()
            + ","
            + PORTMAP
            + ", {\"type\": \"bandwidth\", \"capabilities\": {\"bandwidth\": true}}"
            + ", {\"type\": \"firewall\", \"backend\": \"iptables\"}"
            + ", {\"type\": \"tuning\", \"sysctl\": {\"net.core.somaxconn\": \"321\"}}");
    await().until(() -> network.readiness().ready());
    TestNetns first = pod();
    TestNetns second = pod();
    HostPort port = new HostPort(HostPort.Protocol.TCP, null, 8088, 80);
    Attachment one = network.attach(request("one", first, new Bandwidth(50_000_000, 0), port));
    Attachment two = attach("two", second);
    assertThat(one.mode()).isEqualTo("cni");
    assertThat(ip(one)).startsWith("10.77.0.").isNotEqualTo(ip(two));
    first.run("/bin/busybox", "ping", "-c1", "-W3", ip(two));
    TestNetns.host("/bin/busybox", "ping", "-c1", "-W3", ip(one));
    assertThat(first.run("sysctl", "-n", "net.core.somaxconn")).isEqualTo("321\n");
    assertThat(first.run("ip", "-o", "link", "show", "lo")).contains("UP");
    assertThat(TestNetns.host("tc", "qdisc", "show")).contains("tbf").contains("rate 50Mbit");
    assertThat(rules()).contains("8088");
    network.detach(one);
    network.detach(one);
    network.detach(two);
    assertThat(rules()).doesNotContain("8088");
    assertThat(leases()).isEmpty();
    TestNetns.host("ip", "link", "del", "lab0");
  }

  private static String rules() {
    return TestNetns.host("iptables-save", "-t", "nat");
  }

  private List<String> leases() throws IOException {
    return files("leases/lab").stream().filter(name -> name.startsWith("10.")).toList();
  }

  @Test
  void aPointToPointLinkCarriesAPod() throws Exception {
    conf("0.4.0", "{\"type\": \"ptp\", \"ipMasq\": false, " + ipam("10.78.0.0/24") + "}");
    TestNetns pod = pod();
    Attachment attachment = attach("ptp", pod);
    TestNetns.host("/bin/busybox", "ping", "-c1", "-W3", ip(attachment));
    assertThat(network.check(attachment)).isEmpty();
    pod.run("ip", "addr", "flush", "dev", "eth0");
    assertThat(network.check(attachment)).hasValueSatisfying(s -> assertThat(s).contains("ptp"));
    network.detach(attachment);
    assertThat(leases()).isEmpty();
  }

  @Test
  void aMacvlanCarriesAPodAlsoInAVrfWhereTheKernelHasThat() throws Exception {
    TestNetns.host("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1");
    TestNetns.host("ip", "link", "set", "up0", "up");
    String macvlan = "{\"type\": \"macvlan\", \"master\": \"up0\", " + ipam("10.79.0.0/24") + "}";
    conf("1.0.0", macvlan);
    TestNetns pod = pod();
    Attachment attachment = attach("mac", pod);
    assertThat(pod.run("ip", "-o", "-d", "link", "show", "eth0")).contains("macvlan");
    network.detach(attachment);
    conf("1.0.0", macvlan + ", {\"type\": \"vrf\", \"vrfname\": \"blue\"}");
    TestNetns inVrf = pod();
    try {
      Attachment second = attach("vrf", inVrf);
      assertThat(inVrf.run("ip", "-o", "link", "show", "eth0")).contains("master blue");
      network.detach(second);
    } catch (Fault.Internal e) {
      // A kernel without VRF: the pod fails and leaves nothing.
      assertThat(e).hasMessageContaining("plugin vrf ADD: ").hasMessageContaining("not supported");
    }
    assertThat(leases()).isEmpty();
    TestNetns.host("ip", "link", "del", "up0");
  }

  @Test
  void aPodWhoseNamespaceIsGoneGivesItsAddressBack() throws Exception {
    conf("1.0.0", bridge() + "," + PORTMAP);
    TestNetns pod = pod();
    Attachment attachment = attach("gone", pod, new HostPort(HostPort.Protocol.UDP, null, 53, 53));
    assertThat(leases()).hasSize(1);
    TestNetns.host("umount", home.resolve("pins/0a1b2c3d-gone").toString());
    Files.delete(home.resolve("pins/0a1b2c3d-gone"));
    pod.close();
    network.detach(attachment);
    assertThat(leases()).isEmpty();
    TestNetns.host("ip", "link", "del", "lab0");
  }

  @Test
  void aRangeWithoutAFreeAddressFailsTheAttachAndLeavesNothing() throws Exception {
    conf("1.0.0", "{\"type\": \"bridge\", \"bridge\": \"lab0\", " + ipam("10.77.0.0/30") + "}");
    Attachment only = attach("only", pod());
    assertThatThrownBy(() -> attach("late", pod()))
        .isInstanceOf(Fault.Internal.class)
        .hasMessageContaining("attach pod test/late: plugin bridge ADD: ")
        .hasMessageContaining("no IP addresses available");
    assertThat(files("records")).hasSize(1);
    network.detach(only);
    TestNetns.host("ip", "link", "del", "lab0");
  }

  @Test
  void aDaemonThatDiedInTheMiddleIsCleanedUpAfter() throws Exception {
    conf("1.0.0", bridge());
    Attachment kept = attach("kept", pod());
    attach("half", pod());
    network.close();
    network = open(Duration.ofSeconds(20), List.of(kept));
    await().untilAsserted(() -> assertThat(files("records")).containsExactly("kept.json"));
    assertThat(leases()).containsExactly(ip(kept));
    assertThat(files("pins")).containsExactly("0a1b2c3d-kept");
    network.detach(kept);
    TestNetns.host("ip", "link", "del", "lab0");
  }
}
