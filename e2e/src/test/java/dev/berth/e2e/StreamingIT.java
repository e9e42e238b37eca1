package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.AttachRequest;
import dev.berth.cri.v1.ExecRequest;
import dev.berth.e2e.cri.SpdyClient;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exec and attach, by a client of our own. */
class StreamingIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final String V4 = "v4.channel.k8s.io";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int AT_ONCE = 40;

  /** The streams of a client that opens them in this order. */
  private static final int ERROR = 1;

  private static final int STDIN = 3;
  private static final int STDOUT = 5;

  private static final int ABORTS = Integer.getInteger("berth.e2e.aborts", 150);

  @Test
  void inputEndsOutputComesWholeAndTheCodeLast() throws IOException {
    String container = BED.node().sleeper(BED.node().pod("whole"), "main");
    byte[] megabyte = new byte[1 << 20];
    new Random(1).nextBytes(megabyte);
    try (SpdyClient client = exec(container, false, "sh", "-c", "cat; echo bye >&2; exit 5")) {
      assertThat(client.answer()).contains(V4);
      int error = client.open("streamtype", "error");
      int stdin = client.open("streamtype", "stdin");
      int stdout = client.open("streamtype", "stdout");
      int stderr = client.open("streamtype", "stderr");
      for (int at = 0; at < megabyte.length; at += 1 << 15) {
        client.send(stdin, Arrays.copyOfRange(megabyte, at, at + (1 << 15)));
      }
      client.end(stdin);
      assertThat(client.all(stdout)).isEqualTo(megabyte);
      assertThat(client.text(stderr)).isEqualTo("bye\n");
      assertThat(client.text(error)).contains("NonZeroExitCode", "\"message\":\"5\"");
      client.awaitGone();
    }
  }

  /** CVE-2026-53495: a child in the background kept an exec for as long as it lived. */
  @Test
  void aBackgroundChildDoesNotHoldTheExitStatus() throws IOException {
    String container = BED.node().sleeper(BED.node().pod("child"), "main");
    try (SpdyClient client = exec(container, false, "sh", "-c", "sleep 4714 & echo up")) {
      int error = client.open("streamtype", "error");
      client.open("streamtype", "stdin");
      int stdout = client.open("streamtype", "stdout");
      client.open("streamtype", "stderr");
      assertThat(client.text(error)).contains("Success");
      assertThat(client.text(stdout)).isEqualTo("up\n");
    }
  }

  @Test
  void aTerminalHasASizeAndControlKeysAndHangsUpWithItsClient() throws IOException {
    Node node = BED.node();
    String container = node.sleeper(node.pod("tty"), "main");
    try (SpdyClient client = exec(container, true, "sh")) {
      int error = client.open("streamtype", "error");
      int stdin = client.open("streamtype", "stdin");
      int stdout = client.open("streamtype", "stdout");
      int resize = client.open("streamtype", "resize");
      client.send(resize, "{\"Width\":101,\"Height\":33}");
      client.send(stdin, "stty size; tty; sleep 4715\n");
      client.awaitText(stdout, "33 101");
      client.awaitText(stdout, "/dev/pts/");
      await().atMost(SOON).until(() -> node.sh(container, "ps -o args").contains("sleep 4715\n"));
      client.send(stdin, new byte[] {3});
      client.send(stdin, "echo st''ill; exit 4\n");
      client.awaitText(stdout, "still");
      assertThat(client.text(error)).contains("\"message\":\"4\"");
    }
    String stubborn = "trap '' HUP TERM; while :; do sleep 0.1; done # 4716";
    SpdyClient leaving = exec(container, true, "sh", "-c", stubborn);
    List.of("error", "stdin", "stdout", "resize").forEach(type -> open(leaving, type));
    await().atMost(SOON).until(() -> node.sh(container, "ps -o args").contains("# 4716"));
    leaving.close();
    await().atMost(SOON).until(() -> !node.sh(container, "ps -o args").contains("# 4716"));
  }

  @Test
  void aUrlServesOnce() throws IOException {
    String container = BED.node().sleeper(BED.node().pod("once"), "main");
    String url = url(container, false, "true");
    new SpdyClient(url, V4).close();
    assertThatThrownBy(() -> new SpdyClient(url, V4).close()).hasMessageContaining("404 Not Found");
    assertThatThrownBy(() -> new SpdyClient(url + "x", V4).close()).hasMessageContaining("404");
    refused(Code.INVALID_ARGUMENT, () -> url(container, false), "cmd");
    refused(Code.NOT_FOUND, () -> url("nosuch", false, "true"));
  }

  @Test
  void clientsAttachSideBySideAndTheLastOutputIsKept() throws IOException {
    Node node = BED.node();
    String pod = node.pod("attach");
    String container =
        node.run(
            pod,
            Node.shell("main", "while read x; do echo got $x; echo err $x >&2; done; echo over")
                .setStdin(true)
                .setStdinOnce(true));
    try (SpdyClient typing = attach(container, true);
        SpdyClient looking = attach(container, false)) {
      int error = typing.open("streamtype", "error");
      int stdin = typing.open("streamtype", "stdin");
      int stdout = typing.open("streamtype", "stdout");
      int stderr = typing.open("streamtype", "stderr");
      looking.open("streamtype", "error");
      int seen = looking.open("streamtype", "stdout");
      looking.open("streamtype", "stderr");
      // the second may come a little after the first
      await()
          .atMost(SOON)
          .until(
              () -> {
                typing.send(stdin, "one\n");
                return looking.received(seen) > 0;
              });
      typing.awaitText(stdout, "got one\n");
      typing.awaitText(stderr, "err one\n");
      typing.end(stdin);
      assertThat(typing.text(stdout)).endsWith("over\n");
      assertThat(typing.text(error)).contains("Success");
      assertThat(looking.text(seen)).endsWith("got one\nover\n");
    }
    node.awaitExit(container);
    try (SpdyClient late = attach(container, false)) {
      late.open("streamtype", "error");
      int stdout = late.open("streamtype", "stdout");
      late.open("streamtype", "stderr");
      assertThat(late.text(stdout)).contains("got one\n", "err one\n", "over\n");
    }
  }

  @Test
  void manyExecuteAtOnce() throws IOException {
    String container = BED.node().sleeper(BED.node().pod("many"), "main");
    List<SpdyClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < AT_ONCE; i++) {
        SpdyClient client = exec(container, false, "sh", "-c", "read x; echo $x; exit $x");
        clients.add(client);
        List.of("error", "stdin", "stdout", "stderr").forEach(type -> open(client, type));
      }
      for (int i = 0; i < AT_ONCE; i++) {
        clients.get(i).send(STDIN, (i + 1) + "\n");
      }
      for (int i = 0; i < AT_ONCE; i++) {
        assertThat(clients.get(i).text(STDOUT)).isEqualTo((i + 1) + "\n");
        assertThat(clients.get(i).text(ERROR)).contains("\"message\":\"" + (i + 1) + "\"");
      }
    } finally {
      for (SpdyClient client : clients) {
        client.close();
      }
    }
  }

  /** CVE-2022-23471, CVE-2025-64329: what served an attach or a resize stayed for ever. */
  @Test
  void abortedClientsLeaveNothing() throws IOException {
    Node node = BED.node();
    String pod = node.pod("aborts");
    String container =
        node.run(pod, Node.shell("main", "trap 'exit 0' TERM; cat; sleep 600").setStdin(true));
    abort(container, 20, new Random(3));
    await().atMost(SOON).until(() -> processes(node, container) == 2);
    long[] before = counts();
    abort(container, ABORTS, new Random(4));
    await().atMost(Duration.ofSeconds(20)).until(() -> processes(node, container) == 2);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              long[] after = counts();
              assertThat(after[0]).as("threads").isLessThanOrEqualTo(before[0] + 6);
              assertThat(after[1]).as("descriptors").isLessThanOrEqualTo(before[1] + 6);
            });
  }

  /** Execs and attaches whose clients go at a random moment. */
  private static void abort(String container, int times, Random random) throws IOException {
    List<String> types = List.of("error", "stdin", "stdout", "stderr");
    for (int i = 0; i < times; i++) {
      try (SpdyClient client =
          i % 2 == 0 ? exec(container, false, "sleep", "4717") : attach(container, true)) {
        for (String type : types.subList(0, random.nextInt(types.size() + 1))) {
          open(client, type);
        }
        if (random.nextBoolean()) {
          Thread.onSpinWait();
        } else {
          java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(5_000_000));
        }
      }
    }
  }

  private static long processes(Node node, String container) {
    return node.sh(container, "ps -o args")
        .lines()
        .filter(
            line -> line.startsWith("sleep 4717") || line.equals("cat") || line.contains("trap"))
        .count();
  }

  private static long[] counts() throws IOException {
    Path proc = Path.of("/proc", Long.toString(BED.daemon().pid()));
    try (Stream<Path> threads = Files.list(proc.resolve("task"));
        Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
      return new long[] {threads.count(), descriptors.count()};
    }
  }

  private static void open(SpdyClient client, String type) {
    try {
      client.open("streamtype", type);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String url(String container, boolean tty, String... command) {
    return BED.node()
        .runtime()
        .exec(
            ExecRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(List.of(command))
                .setTty(tty)
                .setStdin(true)
                .setStdout(true)
                .setStderr(!tty)
                .build())
        .getUrl();
  }

  private static SpdyClient exec(String container, boolean tty, String... command)
      throws IOException {
    return new SpdyClient(url(container, tty, command), V4);
  }

  private static SpdyClient attach(String container, boolean stdin) throws IOException {
    return new SpdyClient(
        BED.node()
            .runtime()
            .attach(
                AttachRequest.newBuilder()
                    .setContainerId(container)
                    .setStdin(stdin)
                    .setStdout(true)
                    .setStderr(true)
                    .build())
            .getUrl(),
        V4);
  }
}
