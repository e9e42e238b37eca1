package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.DNSConfig;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxNetworkStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The built-in network: only addresses of the pods' own range and of loopback are dialled. */
class NetworkIT {
  /** Serves one page on port 8080. */
  static final String SERVE =
      "mkdir /srv; echo page > /srv/index.html; exec httpd -f -p 8080 -h /srv";

  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void podsReachEachOther() {
    Node node = BED.node();
    String server = node.pod("server");
    node.run(server, Node.shell("web", SERVE));
    String address = node.podStatus(server).getNetwork().getIp();
    String client = node.sleeper(node.pod("client"), "main");
    assertThat(node.sh(client, fetch(address))).isEqualTo("page\n");
  }

  @Test
  void containersOfAPodShareTheirLoopback() {
    Node node = BED.node();
    String pod = node.pod("shared");
    node.run(pod, Node.shell("web", SERVE));
    assertThat(node.sh(node.sleeper(pod, "main"), fetch("127.0.0.1"))).isEqualTo("page\n");
  }

  @Test
  void theHostReachesPods() throws IOException {
    Node node = BED.node();
    String pod = node.pod("reached");
    String container = node.run(pod, Node.shell("web", SERVE));
    assertThat(node.sh(container, fetch("127.0.0.1"))).isEqualTo("page\n");
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(node.podStatus(pod).getNetwork().getIp(), 8080), 3000);
      OutputStream out = socket.getOutputStream();
      out.write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .endsWith("page\n");
    }
  }

  @Test
  void podsReachTheHostByTheirGateway() throws IOException {
    Node node = BED.node();
    String container = node.sleeper(node.pod("up"), "main");
    String gateway =
        node.sh(container, "ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p'").strip();
    try (ServerSocket server = new ServerSocket(0, 4, InetAddress.getByName(gateway))) {
      Thread answers = Thread.ofVirtual().start(() -> answerOnce(server));
      assertThat(
              node.sh(
                  container, "nc -w 3 " + gateway + " " + server.getLocalPort() + " < /dev/null"))
          .isEqualTo("hello\n");
      answers.interrupt();
    }
  }

  private static void answerOnce(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void addressesAreNeverShared() {
    Node node = BED.node();
    Set<String> addresses = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      assertThat(addresses.add(node.podStatus(node.pod("many-" + i)).getNetwork().getIp()))
          .isTrue();
    }
  }

  @Test
  void addressesComeBack() {
    Node node = BED.node();
    for (int i = 0; i < 300; i++) { // more pods than the range has addresses
      String pod = node.pod("round-" + i);
      node.removePod(pod);
    }
  }

  @Test
  void aHostNetworkPodHasTheHostsLinksAndNoAddress() {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("host").setHostname("");
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setNetwork(NamespaceMode.NODE);
    String pod = node.pod(config.build());
    assertThat(node.podStatus(pod).getNetwork())
        .isEqualTo(PodSandboxNetworkStatus.getDefaultInstance());
    var main = Node.shell("main", "ls /sys/class/net; hostname");
    main.getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setNetwork(NamespaceMode.NODE);
    assertThat(node.output(pod, main)).contains("bth" + BED.daemon().instance());
  }

  @Test
  void aPodSeesOnlyItsOwnLinks() {
    Node node = BED.node();
    String links = node.output(node.pod("own"), Node.shell("main", "ls /sys/class/net"));
    assertThat(links.lines()).containsExactlyInAnyOrder("eth0", "lo");
  }

  @Test
  void resolvConfIsWhatTheRequestSays() {
    Node node = BED.node();
    DNSConfig dns =
        DNSConfig.newBuilder()
            .addServers("10.96.0.10")
            .addSearches("default.svc.cluster.local")
            .addSearches("svc.cluster.local")
            .addOptions("ndots:5")
            .build();
    String pod = node.pod(node.podConfig("dns").setDnsConfig(dns).build());
    assertThat(node.output(pod, Node.shell("main", "cat /etc/resolv.conf")).lines())
        .containsExactlyInAnyOrder(
            "search default.svc.cluster.local svc.cluster.local",
            "nameserver 10.96.0.10",
            "options ndots:5");
  }

  @Test
  void hostsAndHostnameAreThePods() {
    Node node = BED.node();
    String pod = node.pod("named");
    String address = node.podStatus(pod).getNetwork().getIp();
    String output =
        node.output(pod, Node.shell("main", "hostname; cat /etc/hostname; cat /etc/hosts"));
    assertThat(output).startsWith("named\nnamed\n");
    assertThat(output.lines())
        .anyMatch(line -> line.matches(address.replace(".", "\\.") + "\\s+named"));
    assertThat(output.lines()).anyMatch(line -> line.matches("127\\.0\\.0\\.1\\s+localhost.*"));
  }

  /** Asks until somebody answers; nc, since a static wget cannot look up even an address. */
  static String fetch(String address) {
    return "for i in $(seq 50); do printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 "
        + address
        + " 8080 | grep page && exit 0; sleep 0.1; done; exit 1";
  }
}
