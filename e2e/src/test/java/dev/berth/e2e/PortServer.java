package dev.berth.e2e;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Containers that listen on ports of their pods. */
final class PortServer {
  /** How long a listener, or what comes from it, may take. */
  static final Duration SOON = Duration.ofSeconds(10);

  private PortServer() {}

  /** Sends back what comes to port 7001. */
  static void echo(Node node, String pod) {
    String script = "nc -ll -p 7001 -e cat & trap 'exit 0' TERM; while :; do sleep 0.05; done";
    await(node, node.run(pod, Node.shell("main", script)), 7001);
  }

  /** Waits until somebody listens on a port of the container's pod, over IPv4 or IPv6. */
  static void await(Node node, String container, int port) {
    String hex = ":%04X ".formatted(port);
    Awaitility.await()
        .atMost(SOON)
        .until(() -> node.sh(container, "cat /proc/net/tcp*").contains(hex));
  }
}
