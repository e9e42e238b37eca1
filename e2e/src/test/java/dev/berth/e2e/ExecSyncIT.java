package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.ExecSyncResponse;
import dev.berth.cri.v1.KeyValue;
import dev.berth.e2e.cri.CriClient;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands run inside a container that already runs. */
class ExecSyncIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void givesTheCodeAndBothStreams() {
    Node node = BED.node();
    String container = node.sleeper(node.pod("streams"), "main");
    ExecSyncResponse done = node.exec(container, "sh", "-c", "printf a; printf b >&2; exit 200");
    assertThat(done.getExitCode()).isEqualTo(200);
    assertThat(done.getStdout().toStringUtf8()).isEqualTo("a");
    assertThat(done.getStderr().toStringUtf8()).isEqualTo("b");
    assertThat(node.exec(container, "sh", "-c", "kill -KILL $$").getExitCode()).isEqualTo(137);
    assertThat(node.exec(container, "cat").getStdout().isEmpty()).isTrue();
  }

  @Test
  void aTimeoutKillsTheWholeExec() {
    Node node = BED.node();
    String container = node.sleeper(node.pod("timeout"), "main");
    long begun = System.nanoTime();
    refused(
        Code.DEADLINE_EXCEEDED,
        () -> exec(container, 1, "sh", "-c", "sleep 4711 & sleep 4711 & sleep 4711"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
    await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> !node.sh(container, "ps -o args").contains("sleep 4711"));
  }

  @Test
  void aCommandThatIsNotThereIsRefused() {
    Node node = BED.node();
    String container = node.sleeper(node.pod("nocmd"), "main");
    refused(Code.INVALID_ARGUMENT, () -> node.exec(container, "/no/such"), "command", "/no/such");
    refused(Code.INVALID_ARGUMENT, () -> node.exec(container), "cmd");
  }

  @Test
  void outputIsBoundedSoThatTheAnswerFits() {
    Node node = BED.node();
    String container = node.sleeper(node.pod("much"), "main");
    ExecSyncResponse done =
        node.exec(
            container, "sh", "-c", "head -c 40000000 /dev/zero; head -c 40000000 /dev/zero >&2");
    assertThat(done.getExitCode()).isZero();
    assertThat(done.getSerializedSize()).isLessThan(CriClient.MESSAGE_BYTES);
    assertThat(done.getStdout().size() + done.getStderr().size()).isEqualTo(31 << 19);
    assertThat(done.getStderr().toStringUtf8())
        .endsWith("\n[output beyond 16252928 bytes was dropped]\n");
  }

  @Test
  void outputOfAMegabyteIsWhole() {
    Node node = BED.node();
    String container = node.sleeper(node.pod("whole"), "main");
    ExecSyncResponse done = node.exec(container, "sh", "-c", "seq 1 150000");
    assertThat(done.getStdout().toStringUtf8().lines().count()).isEqualTo(150_000);
  }

  @Test
  void aBackgroundChildDoesNotHoldTheAnswer() {
    Node node = BED.node();
    String container = node.sleeper(node.pod("background"), "main");
    long begun = System.nanoTime();
    ExecSyncResponse done =
        node.exec(container, "sh", "-c", "sleep 4712 > /dev/null 2>&1 & echo started");
    assertThat(done.getStdout().toStringUtf8()).isEqualTo("started\n");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    assertThat(node.sh(container, "ps -o args")).contains("sleep 4712");
  }

  @Test
  void seesTheContainersWorld() {
    Node node = BED.node();
    String pod = node.pod("world");
    String container =
        node.run(
            pod,
            Node.shell("main", "trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done")
                .addEnvs(
                    KeyValue.newBuilder()
                        .setKey("COLOUR")
                        .setValue(ByteString.copyFromUtf8("blue")))
                .setWorkingDir("/tmp"));
    assertThat(node.sh(container, "echo $COLOUR; pwd; hostname")).isEqualTo("blue\n/tmp\nworld\n");
    assertThat(
            node.sh(container, "grep -E '^(CapEff|CapInh|NoNewPrivs|Seccomp):' /proc/self/status"))
        .isEqualTo(
            node.sh(container, "grep -E '^(CapEff|CapInh|NoNewPrivs|Seccomp):' /proc/1/status"));
  }

  private static void exec(String container, long seconds, String... command) {
    ExecSyncResponse answer =
        BED.node()
            .runtime()
            .execSync(
                ExecSyncRequest.newBuilder()
                    .setContainerId(container)
                    .addAllCmd(List.of(command))
                    .setTimeout(seconds)
                    .build());
    throw new AssertionError("answered " + answer.getExitCode());
  }
}
