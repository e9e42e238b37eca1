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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands run inside a container that already runs. */
class ExecSyncIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final int FULL = Integer.getInteger("berth.e2e.full", 6);
  private static final int ROW = Integer.getInteger("berth.e2e.row", 300);

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

  /** CVE-2022-31030, CVE-2022-1708: much output of many commands filled the memory. */
  @Test
  void manyFullOnesAtOnceFitTheDaemonsMemory() throws Exception {
    Node node = BED.node();
    String container = node.sleeper(node.pod("full"), "main");
    String script = "head -c 9000000 /dev/zero >&2 & head -c 12000000 /dev/zero; wait";
    try (ExecutorService callers = Executors.newFixedThreadPool(FULL);
        CriClient client = BED.client()) {
      List<Future<Long>> answers = new ArrayList<>();
      for (int i = 0; i < FULL; i++) {
        answers.add(callers.submit(() -> size(client, container, script)));
      }
      for (Future<Long> answer : answers) {
        assertThat(answer.get()).isEqualTo(31L << 19);
      }
    }
    assertThat(BED.daemon().alive()).isTrue();
    assertThat(node.sh(container, "echo on")).isEqualTo("on\n");
    await().until(() -> descriptors("/trash/") == 0);
  }

  /** With a client that forgets the bytes at once: the test's memory is not what is tested. */
  private static long size(CriClient client, String container, String script) {
    ExecSyncResponse done =
        client
            .runtime()
            .execSync(
                ExecSyncRequest.newBuilder()
                    .setContainerId(container)
                    .addAllCmd(List.of("sh", "-c", script))
                    .setTimeout(300)
                    .build());
    return (long) done.getStdout().size() + done.getStderr().size();
  }

  @Test
  void manyInARowLeaveNothing() throws Exception {
    Node node = BED.node();
    String container = node.sleeper(node.pod("row"), "main");
    for (int i = 0; i < 50; i++) {
      assertThat(node.exec(container, "true").getExitCode()).isZero();
    }
    long threads = tasks();
    long descriptors = descriptors("");
    long resident = residentKib();
    for (int i = 0; i < ROW; i++) {
      assertThat(node.exec(container, "true").getExitCode()).isZero();
    }
    assertThat(tasks()).as("threads").isLessThanOrEqualTo(threads + 3);
    assertThat(descriptors("")).as("descriptors").isLessThanOrEqualTo(descriptors + 3);
    assertThat(residentKib()).as("KiB").isLessThan(resident + (16 << 10));
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> node.sh(container, "ps -o args | grep -c '^true$'; :").equals("0\n"));
  }

  private static Path proc() {
    return Path.of("/proc", Long.toString(BED.daemon().pid()));
  }

  private static long tasks() throws IOException {
    try (Stream<Path> all = Files.list(proc().resolve("task"))) {
      return all.count();
    }
  }

  /** How many of the daemon's descriptors lead to what has this in its name. */
  private static long descriptors(String part) throws IOException {
    try (Stream<Path> all = Files.list(proc().resolve("fd"))) {
      return all.filter(fd -> target(fd).contains(part)).count();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(proc().resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
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
