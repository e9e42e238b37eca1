package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods by crictl, the tool that people use: their life, and their streams over both transports. */
class CrictlIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final Crictl CRICTL = new Crictl(BED);

  @BeforeAll
  static void toolIsBuilt() {
    assumeTrue(Crictl.isBuilt(), "needs crictl: e2e/tools/build makes it where Go is");
  }

  @Test
  void thePodsWholeLife() throws IOException {
    assertThat(CRICTL.says("version")).contains("RuntimeApiVersion:  v1");
    assertThat(CRICTL.says("info")).contains("RuntimeReady");
    assertThat(CRICTL.says("pull", TestImages.BUSYBOX)).contains("sha256:");
    assertThat(CRICTL.says("images")).contains("registry.k8s.io/e2e/busybox");

    Path pod = pod();
    Path container = container();
    String podId = CRICTL.says("runp", pod.toString()).strip();
    String id = CRICTL.says("create", podId, container.toString(), pod.toString()).strip();
    assertThat(CRICTL.says("start", id)).contains(id);
    assertThat(CRICTL.says("pods")).contains("by-crictl", "Ready");
    assertThat(CRICTL.says("ps")).contains("main", "Running");
    await().atMost(Duration.ofSeconds(10)).until(() -> CRICTL.says("logs", id).equals("hello\n"));
    assertThat(CRICTL.says("exec", "--sync", id, "echo", "inside").strip()).isEqualTo("inside");
    assertThat(CRICTL.says("inspect", id)).contains("\"CONTAINER_RUNNING\"");
    assertThat(CRICTL.says("inspectp", podId)).contains("\"SANDBOX_READY\"");

    assertThat(CRICTL.says("stop", "--timeout", "5", id)).contains(id);
    assertThat(CRICTL.says("ps", "-a")).contains("Exited");
    assertThat(CRICTL.says("rm", id)).contains(id);
    assertThat(CRICTL.says("stopp", podId)).contains(podId);
    assertThat(CRICTL.says("rmp", podId)).contains(podId);
    assertThat(CRICTL.says("rmi", TestImages.BUSYBOX)).contains("Deleted");
    assertThat(CRICTL.says("images")).doesNotContain("e2e/busybox");
    BED.node().pull(TestImages.BUSYBOX);
  }

  private static Path pod() throws IOException {
    return Files.writeString(
        BED.home().resolve("pod.json"),
        """
        {"metadata": {"name": "by-crictl", "namespace": "default", "uid": "u-1", "attempt": 1},
         "log_directory": "%s",
         "linux": {"security_context": {"namespace_options": {"pid": 1}}}}
        """
            .formatted(Files.createDirectories(BED.home().resolve("crictl-logs"))));
  }

  private static Path container() throws IOException {
    return Files.writeString(
        BED.home().resolve("container.json"),
        """
        {"metadata": {"name": "main"}, "image": {"image": "%s"}, "log_path": "main.log",
         "command": ["sh", "-c", "echo hello; trap 'exit 0' TERM; while :; do sleep 0.1; done"],
         "linux": {"security_context": {"namespace_options": {"pid": 1}}}}
        """
            .formatted(TestImages.BUSYBOX));
  }

  @Test
  void executesOverBothTransports() throws IOException {
    String container = BED.node().sleeper(BED.node().pod("crictl"), "main");
    for (String transport : List.of("spdy", "websocket")) {
      assertThat(
              CRICTL.outcome(
                  "", "exec", "-r", transport, container, "sh", "-c", "echo out; echo err >&2"))
          .startsWith("0 ")
          .contains("out\n", "err\n");
      assertThat(CRICTL.outcome("", "exec", "-r", transport, container, "sh", "-c", "exit 7"))
          .startsWith("1 ")
          .contains("exit code 7");
      assertThat(CRICTL.outcome("typed\n", "exec", "-i", "-r", transport, container, "head", "-n1"))
          .isEqualTo("0 typed\n");
      assertThat(CRICTL.outcome("", "exec", "-r", transport, container, "/no/such"))
          .startsWith("1 ")
          .contains("/no/such");
    }
  }

  @Test
  void attachesOverBothTransports() throws IOException {
    Node node = BED.node();
    String pod = node.pod("crictl-attach");
    for (String transport : List.of("spdy", "websocket")) {
      String container =
          node.run(
              pod,
              Node.shell("by-" + transport, "read x; echo got $x; echo err $x >&2")
                  .setStdin(true)
                  .setStdinOnce(true));
      assertThat(CRICTL.outcome("hello\n", "attach", "-i", "-r", transport, container))
          .startsWith("0 ")
          .contains("got hello\n", "err hello\n");
      node.awaitExit(container);
    }
  }

  @Test
  void forwardsPortsOverBothTransports() throws IOException {
    Node node = BED.node();
    String pod = node.pod("crictl-ports");
    PortServer.echo(node, pod);
    for (String transport : List.of("spdy", "websocket")) {
      Process process = CRICTL.begin("port-forward", "-r", transport, pod, ":7001");
      try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
          Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), forwardedPort(said))) {
        socket.setSoTimeout((int) PortServer.SOON.toMillis());
        socket.getOutputStream().write("over and back\n".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(socket.getInputStream().readNBytes(14), StandardCharsets.UTF_8))
            .isEqualTo("over and back\n");
      } finally {
        process.destroy();
      }
    }
  }

  private static int forwardedPort(BufferedReader said) throws IOException {
    Pattern local = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) ");
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      Matcher found = local.matcher(line);
      if (found.find()) {
        return Integer.parseInt(found.group(1));
      }
    }
    throw new IOException("crictl says no port");
  }
}
