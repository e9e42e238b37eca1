package dev.berth.network.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.fault.Fault;
import dev.berth.netns.TestNetns;
import dev.berth.network.Attachment;
import dev.berth.network.HostPort;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class HostPortKernelTest extends NetworkLab {

  @Test
  void aHostPortIsReachableFromAllSides() throws Exception {
    TestNetns outside = outside();
    TestNetns server = pod();
    TestNetns client = pod();
    Attachment served = attach("server", server, HostPort.parse("tcp:8080:80"));
    Attachment asking = attach("client", client);
    try (Echo _ = server.call(() -> Echo.tcp(80))) {
      assertThat(tcp(outside, "192.0.2.1", 8080)).isEqualTo("192.0.2.2");
      assertThat(Echo.askTcp("192.0.2.1", 8080)).isEqualTo("192.0.2.1");
      assertThat(Echo.askTcp("127.0.0.1", 8080)).isEqualTo("10.88.0.1");
      assertThat(tcp(client, "192.0.2.1", 8080)).isEqualTo("10.88.0.1");
      assertThat(tcp(client, "10.88.0.1", 8080)).isEqualTo("10.88.0.1");
      assertThat(tcp(server, "192.0.2.1", 8080)).isEqualTo("10.88.0.1");
      assertThat(tcp(client, ip(served), 80)).isEqualTo(ip(asking));
      network.detach(served);
      assertThat(tcp(outside, "192.0.2.1", 8080)).startsWith("failed");
    }
  }

  @Test
  void udpAndOneHostAddressAreHonoured() throws Exception {
    TestNetns outside = outside();
    TestNetns server = pod();
    HostPort datagrams = HostPort.parse("udp:5353:53");
    HostPort local = HostPort.parse("tcp:8081:80:127.0.0.1");
    HostPort public1 = HostPort.parse("tcp:8082:80:192.0.2.1");
    attach("server", server, datagrams, local, public1);
    try (Echo _ = server.call(() -> Echo.tcp(80));
        Echo _ = server.call(() -> Echo.udp(53))) {
      assertThat(outside.call(() -> Echo.askUdp("192.0.2.1", 5353))).isEqualTo("192.0.2.2");
      assertThat(Echo.askUdp("127.0.0.1", 5353)).isEqualTo("10.88.0.1");
      assertThat(tcp(outside, "192.0.2.1", 8081)).startsWith("failed");
      assertThat(Echo.askTcp("127.0.0.1", 8081)).isEqualTo("10.88.0.1");
      assertThat(tcp(outside, "192.0.2.1", 8082)).isEqualTo("192.0.2.2");
      assertThat(Echo.askTcp("127.0.0.1", 8082)).startsWith("failed");
      assertThat(tcp(server, "192.0.2.1", 8082)).isEqualTo("10.88.0.1");
    }
  }

  @Test
  void aTakenPortIsRefusedByName() {
    attach("first", pod(), HostPort.parse("tcp:8080:80"), HostPort.parse("sctp:8080:80"));
    TestNetns second = pod();
    assertThatThrownBy(() -> attach("second", second, HostPort.parse("tcp:8080:81:192.0.2.1")))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessage("host port tcp:8080:81:192.0.2.1 is taken by pod test/first (first)");
    attach("second", second, HostPort.parse("udp:8080:80"));
  }

  /**
   * The machine's own kernel may have no SCTP: the packet is made by hand, with the checksum that
   * the packet filter looks at, and shown as it arrives in the pod.
   */
  @Test
  void sctpFollowsAHostPort() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "needs perl for raw sockets");
    TestNetns outside = outside();
    TestNetns server = pod();
    attach("server", server, HostPort.parse("sctp:8080:80"));
    String receive =
        "use Socket; alarm 15; socket(S, PF_INET, SOCK_RAW, 132) or die $!; recv(S, $b, 2000, 0);"
            + " print inet_ntoa(substr($b, 12, 4)), join(' ', '', unpack('nn', substr($b, 20, 4)))";
    String send =
        "use Socket; socket(S, PF_INET, SOCK_RAW, 132) or die $!;"
            + " send(S, pack('H*', $ARGV[0]), 0, sockaddr_in(0, inet_aton('192.0.2.1'))) or die $!";
    var arrived = CompletableFuture.supplyAsync(() -> server.run("perl", "-e", receive));
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              outside.run("perl", "-e", send, HexFormat.of().formatHex(sctpInit(40000, 8080)));
              return arrived.isDone();
            });
    assertThat(arrived.get()).isEqualTo("192.0.2.2 40000 80");
  }

  /** A packet with an INIT chunk, RFC 9260. */
  private static byte[] sctpInit(int from, int to) {
    ByteBuffer packet = ByteBuffer.allocate(32);
    packet.putShort((short) from).putShort((short) to).putInt(0).putInt(0);
    packet.put((byte) 1).put((byte) 0).putShort((short) 20);
    packet.putInt(7).putInt(1 << 16).putShort((short) 1).putShort((short) 1).putInt(1);
    CRC32C sum = new CRC32C();
    sum.update(packet.array());
    packet.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) sum.getValue());
    return packet.array();
  }

  /** CVE-2020-8558: route_localnet on the bridge must not open the host's loopback to pods. */
  @Test
  void podsDoNotReachTheHostsLoopback() throws Exception {
    TestNetns pod = pod();
    attach("one", pod);
    pod.run("ip", "-4", "addr", "flush", "dev", "lo");
    pod.run("ip", "route", "add", "127.0.0.1/32", "via", "10.88.0.1", "src", "10.88.0.2");
    pod.run("sysctl", "-qw", "net.ipv4.conf.eth0.route_localnet=1");
    try (Echo _ = Echo.tcp(81)) {
      assertThat(tcp(pod, "10.88.0.1", 81)).isEqualTo("10.88.0.2");
      assertThat(tcp(pod, "127.0.0.1", 81)).startsWith("failed");
      TestNetns.host("nft", "flush", "chain", "inet", "berth-" + INSTANCE, "martians");
      assertThat(tcp(pod, "127.0.0.1", 81)).isEqualTo("10.88.0.2");
    }
  }

  @Test
  void bothFamiliesWork() throws Exception {
    network.close();
    network = network(RANGE, "fd00:88::/64");
    network.recover(List.of());
    TestNetns outside = outside();
    TestNetns.host("ip", "addr", "add", "fd00:2::1/64", "dev", "up0", "nodad");
    outside.run("ip", "addr", "add", "fd00:2::2/64", "dev", "eth0", "nodad");
    TestNetns one = pod();
    TestNetns two = pod();
    Attachment first = attach("one", one, HostPort.parse("tcp:8080:80"));
    Attachment second = attach("two", two, HostPort.parse("tcp:8081:80:fd00:2::1"));
    String six = second.ips().get(1).getHostAddress();
    try (Echo _ = two.call(() -> Echo.tcp(80));
        Echo _ = one.call(() -> Echo.tcp(80));
        Echo _ = outside.call(() -> Echo.tcp(90))) {
      String firstSix = first.ips().get(1).getHostAddress();
      assertThat(tcp(one, six, 80)).isEqualTo(firstSix);
      assertThat(tcp(one, ip(second), 80)).isEqualTo(ip(first));
      assertThat(Echo.askTcp(six, 80)).isEqualTo("fd00:88:0:0:0:0:0:1");
      assertThat(tcp(one, "fd00:2::2", 90)).isEqualTo("fd00:2:0:0:0:0:0:1");
      assertThat(tcp(one, "192.0.2.2", 90)).isEqualTo("192.0.2.1");
      assertThat(tcp(outside, "fd00:2::1", 8080)).isEqualTo("fd00:2:0:0:0:0:0:2");
      assertThat(tcp(outside, "192.0.2.1", 8080)).isEqualTo("192.0.2.2");
      assertThat(tcp(outside, "fd00:2::1", 8081)).isEqualTo("fd00:2:0:0:0:0:0:2");
      assertThat(tcp(outside, "192.0.2.1", 8081)).startsWith("failed");
    }
  }

  /** CVE-2025-54410 and its like: a firewall reload must not take the pods' rules away. */
  @Test
  void theTableComesBackAfterAFirewallReload() throws Exception {
    TestNetns server = pod();
    attach("server", server, HostPort.parse("tcp:8080:80"));
    try (Echo _ = server.call(() -> Echo.tcp(80))) {
      TestNetns.host("nft", "flush", "ruleset");
      await().until(() -> Echo.askTcp("127.0.0.1", 8080).equals("10.88.0.1"));
      TestNetns.host("nft", "flush", "ruleset");
      attach("other", pod(), HostPort.parse("tcp:8081:80"));
      await().until(() -> Echo.askTcp("127.0.0.1", 8080).equals("10.88.0.1"));
    }
  }

  /** A client that keeps its port must reach the new pod, not the one that had the port before. */
  @Test
  void datagramsFollowAHostPortToItsNextPod() throws Exception {
    TestNetns outside = outside();
    TestNetns one = pod();
    TestNetns two = pod();
    Attachment first = attach("one", one, HostPort.parse("udp:5353:53"));
    try (Echo _ = one.call(() -> Echo.udp(53));
        Echo _ = two.call(() -> Echo.udp(53));
        DatagramSocket client = outside.call(() -> new DatagramSocket(40000))) {
      assertThat(outside.call(() -> Echo.askUdp(client, "192.0.2.1", 5353))).isEqualTo("192.0.2.2");
      network.detach(first);
      attach("two", two, HostPort.parse("udp:5353:53"));
      assertThat(outside.call(() -> Echo.askUdp(client, "192.0.2.1", 5353))).isEqualTo("192.0.2.2");
    }
  }

  @Test
  void theThousandthPortCostsWhatTheFirstDid() {
    List<HostPort> ports = new ArrayList<>();
    for (int port = 1; port <= 1000; port++) {
      ports.add(HostPort.parse("tcp:" + (20000 + port) + ":80"));
    }
    attach("warm", pod(), HostPort.parse("udp:9:9"));
    TestNetns few = pod();
    TestNetns many = pod();
    long begin = System.nanoTime();
    Attachment first = attach("few", few, HostPort.parse("tcp:9000:80"));
    long firstNanos = System.nanoTime() - begin;
    attach("many", many, ports.toArray(HostPort[]::new));
    TestNetns last = pod();
    begin = System.nanoTime();
    attach("last", last, HostPort.parse("tcp:9001:80"));
    long lastNanos = System.nanoTime() - begin;
    System.out.printf(
        "attach with a host port, p50 of one: first %d us, after 1000 %d us%n",
        firstNanos / 1000, lastNanos / 1000);
    network.detach(first);
  }

  @Test
  void hostPortsSurviveADaemonThatComesBack() throws Exception {
    TestNetns server = pod();
    Attachment served = attach("server", server, HostPort.parse("tcp:8080:80"));
    Attachment lost = attach("lost", pod(), HostPort.parse("tcp:8081:80"));
    network.close();
    network = network(RANGE);
    network.recover(List.of(served));
    try (Echo _ = server.call(() -> Echo.tcp(80))) {
      assertThat(Echo.askTcp("127.0.0.1", 8080)).isEqualTo("10.88.0.1");
    }
    TestNetns other = pod();
    assertThatThrownBy(() -> attach("other", other, HostPort.parse("tcp:8080:80")))
        .hasMessageContaining("is taken by pod test/server");
    assertThat(lost.hostPorts()).hasSize(1);
    attach("other", other, HostPort.parse("tcp:8081:80"));
  }
}
