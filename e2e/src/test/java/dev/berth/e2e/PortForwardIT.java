package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PortForwardRequest;
import dev.berth.e2e.cri.SpdyClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ports of pods, forwarded to a client of our own. */
class PortForwardIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final int FORWARDED_MIB = Integer.getInteger("berth.e2e.forward_mib", 64);

  @Test
  void portsAreForwardedByFamilyAndRefusalsAreTold() throws IOException {
    Node node = BED.node();
    String pod = node.pod("ports");
    String container =
        node.run(
            pod,
            Node.shell(
                "main",
                "nc -ll -p 7001 -e cat & httpd -p '[::1]:7002' -h /etc;"
                    + " trap 'exit 0' TERM; while :; do sleep 0.05; done"));
    PortServer.await(node, container, 7001);
    PortServer.await(node, container, 7002);
    byte[] much = new byte[4 << 20];
    new Random(2).nextBytes(much);
    try (SpdyClient client = forward(pod)) {
      int error = client.open("streamtype", "error", "port", "7001", "requestid", "1");
      int data = client.open("streamtype", "data", "port", "7001", "requestid", "1");
      for (int at = 0; at < much.length; at += 1 << 16) {
        client.send(data, Arrays.copyOfRange(much, at, at + (1 << 16)));
      }
      client.end(data);
      assertThat(client.all(data)).isEqualTo(much);
      assertThat(client.text(error)).isEmpty();

      client.open("streamtype", "error", "port", "7002", "requestid", "2");
      int six = client.open("streamtype", "data", "port", "7002", "requestid", "2");
      client.send(six, "GET /hostname HTTP/1.0\r\n\r\n");
      assertThat(client.text(six)).contains("200 OK").endsWith("ports\n");

      int refused = client.open("streamtype", "error", "port", "7999", "requestid", "3");
      client.open("streamtype", "data", "port", "7999", "requestid", "3");
      assertThat(client.text(refused)).contains("refused");
    }
  }

  @Test
  void muchIsForwardedWithoutGrowingBuffers() throws IOException {
    Node node = BED.node();
    String pod = node.pod("much");
    PortServer.echo(node, pod);
    byte[] piece = new byte[1 << 16];
    long before = 0;
    try (SpdyClient client = forward(pod)) {
      client.open("streamtype", "error", "port", "7001", "requestid", "1");
      int data = client.open("streamtype", "data", "port", "7001", "requestid", "1");
      client.countOnly(data);
      for (long sent = 0, mib = 0; mib < FORWARDED_MIB; mib++) {
        for (int i = 0; i < 16; i++, sent += piece.length) {
          client.send(data, piece);
        }
        client.awaitCount(data, sent - (4L << 20));
        before = mib == 8 ? residentKib() : before;
      }
      client.end(data);
      client.awaitCount(data, (long) FORWARDED_MIB << 20);
    }
    assertThat(residentKib()).as("KiB of the daemon").isLessThan(before + (24 << 10));
  }

  @Test
  void portsOfAPodOnTheHostsNetworkAreTheHosts() throws IOException {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("host-ports");
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setNetwork(NamespaceMode.NODE);
    String pod = node.pod(config.build());
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        SpdyClient client = forward(pod)) {
      listener.setSoTimeout((int) PortServer.SOON.toMillis());
      String port = Integer.toString(listener.getLocalPort());
      client.open("streamtype", "error", "port", port, "requestid", "1");
      int data = client.open("streamtype", "data", "port", port, "requestid", "1");
      try (Socket accepted = listener.accept()) {
        accepted.getOutputStream().write("of the host".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(client.text(data)).isEqualTo("of the host");
    }
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(BED.daemon().pid()), "status"))
        .stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static SpdyClient forward(String pod) throws IOException {
    PortForwardRequest request = PortForwardRequest.newBuilder().setPodSandboxId(pod).build();
    return new SpdyClient(BED.node().runtime().portForward(request).getUrl(), "portforward.k8s.io");
  }
}
