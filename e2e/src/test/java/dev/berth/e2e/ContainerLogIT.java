package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ReopenContainerLogRequest;
import dev.berth.e2e.cri.LogLine;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a container writes, as the kubelet reads it. */
class ContainerLogIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void linesKeepTheirOrderAndTheirStream() {
    Node node = BED.node();
    String container =
        node.run(
            node.pod("order"),
            Node.shell("main", "for i in $(seq 1 200); do echo o$i; echo e$i >&2; done"));
    node.awaitExit(container);
    List<LogLine> lines = node.awaitLog(container, 400);
    assertThat(lines).hasSize(400);
    assertThat(LogLine.text(lines, "stdout").lines().toList()).isEqualTo(numbered("o"));
    assertThat(LogLine.text(lines, "stderr").lines().toList()).isEqualTo(numbered("e"));
    for (int i = 1; i < lines.size(); i++) {
      assertThat(lines.get(i).time()).isAfterOrEqualTo(lines.get(i - 1).time());
    }
  }

  private static List<String> numbered(String prefix) {
    return IntStream.rangeClosed(1, 200).mapToObj(i -> prefix + i).toList();
  }

  @Test
  void longLinesAreSplitAndALastLineWithoutEndIsPartial() {
    Node node = BED.node();
    String container =
        node.run(
            node.pod("partial"),
            Node.shell("main", "head -c 50000 /dev/zero | tr '\\000' x; echo; printf tail"));
    node.awaitExit(container);
    List<LogLine> lines = node.log(container);
    assertThat(lines.getFirst().partial()).isTrue();
    assertThat(lines.getLast()).satisfies(last -> assertThat(last.text()).isEqualTo("tail"));
    assertThat(LogLine.text(lines, "stdout")).startsWith("x".repeat(50_000) + "\ntail");
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.text().length()).isLessThanOrEqualTo(16 << 10));
  }

  @Test
  void aRotatedLogIsReopened() throws IOException {
    Node node = BED.node();
    String container =
        node.run(
            node.pod("rotate"),
            Node.shell(
                "main",
                "trap 'echo after; exit 0' TERM; echo before; while :; do sleep 0.05; done"));
    node.awaitLog(container, 1);
    Path log = Path.of(node.status(container).getLogPath());
    Path rotated = Files.move(log, log.resolveSibling("rotated"));
    reopen(node, container);
    node.stop(container, 5);
    assertThat(LogLine.text(LogLine.read(rotated), "stdout")).isEqualTo("before\n");
    assertThat(LogLine.text(LogLine.read(log), "stdout")).isEqualTo("after\n");
    refused(Code.FAILED_PRECONDITION, () -> reopen(node, container), container);
  }

  @Test
  void nothingIsLostAtTheEnd() {
    Node node = BED.node();
    String container = node.run(node.pod("end"), Node.shell("main", "seq 1 20000"));
    node.awaitExit(container);
    assertThat(node.awaitLog(container, 20_000)).hasSize(20_000);
  }

  @Test
  void aContainerWithoutALogPathRuns() {
    Node node = BED.node();
    String container =
        node.run(node.pod("nolog"), Node.shell("main", "seq 1 20000; exit 6").setLogPath(""));
    assertThat(node.awaitExit(container).getExitCode()).isEqualTo(6);
  }

  private static void reopen(Node node, String container) {
    var answer =
        node.runtime()
            .reopenContainerLog(
                ReopenContainerLogRequest.newBuilder().setContainerId(container).build());
    assertThat(answer).isNotNull();
  }
}
