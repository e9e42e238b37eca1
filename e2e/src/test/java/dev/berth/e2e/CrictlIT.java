package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.daemon.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of a pod by crictl, the tool that people use. */
class CrictlIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final Path CRICTL = Repository.root().resolve("e2e/target/tools/crictl");

  @BeforeAll
  static void toolIsBuilt() {
    assumeTrue(Files.isExecutable(CRICTL), "needs crictl: e2e/tools/build makes it where Go is");
  }

  @Test
  void thePodsWholeLife() throws IOException {
    assertThat(crictl("version")).contains("RuntimeApiVersion:  v1");
    assertThat(crictl("info")).contains("RuntimeReady");
    assertThat(crictl("pull", TestImages.BUSYBOX)).contains("sha256:");
    assertThat(crictl("images")).contains("registry.k8s.io/e2e/busybox");

    Path pod = pod();
    Path container = container();
    String podId = crictl("runp", pod.toString()).strip();
    String id = crictl("create", podId, container.toString(), pod.toString()).strip();
    assertThat(crictl("start", id)).contains(id);
    assertThat(crictl("pods")).contains("by-crictl", "Ready");
    assertThat(crictl("ps")).contains("main", "Running");
    await().atMost(Duration.ofSeconds(10)).until(() -> crictl("logs", id).equals("hello\n"));
    assertThat(crictl("exec", "--sync", id, "echo", "inside").strip()).isEqualTo("inside");
    assertThat(crictl("inspect", id)).contains("\"CONTAINER_RUNNING\"");
    assertThat(crictl("inspectp", podId)).contains("\"SANDBOX_READY\"");

    assertThat(crictl("stop", "--timeout", "5", id)).contains(id);
    assertThat(crictl("ps", "-a")).contains("Exited");
    assertThat(crictl("rm", id)).contains(id);
    assertThat(crictl("stopp", podId)).contains(podId);
    assertThat(crictl("rmp", podId)).contains(podId);
    assertThat(crictl("rmi", TestImages.BUSYBOX)).contains("Deleted");
    assertThat(crictl("images")).doesNotContain("e2e/busybox");
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

  private static String crictl(String... words) throws IOException {
    String socket = "unix://" + BED.daemon().settings().socket();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(CRICTL.toString(), "-r", socket, "-i", socket, "-t", "30s"));
    command.addAll(List.of(words));
    Path problems = BED.home().resolve("crictl.err");
    Process process = new ProcessBuilder(command).redirectError(problems.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor()).as("%s: %s", command, Files.readString(problems)).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return output;
  }
}
