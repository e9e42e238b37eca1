package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The CRI log, byte by byte. */
final class ShimLogKernelTest {
  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod());
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  @Test
  void linesHaveTimeStreamAndTag() throws Exception {
    Instant before = Instant.now().minusSeconds(1);
    bench.run(bench.plan("c1", "echo hello; echo oops >&2; printf rest"));
    List<String> lines = Files.readAllLines(bench.log("c1"));
    assertThat(lines).hasSize(3);
    assertThat(lines).anyMatch(line -> line.endsWith(" stdout F hello"));
    assertThat(lines).anyMatch(line -> line.endsWith(" stderr F oops"));
    assertThat(lines).anyMatch(line -> line.endsWith(" stdout P rest"));
    for (String line : lines) {
      assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z std.*");
      assertThat(Instant.parse(line.substring(0, 30))).isBetween(before, Instant.now());
    }
  }

  @Test
  void longLinesAreSplitAndEmptyOnesKept() throws Exception {
    StdioPlan stdio = new StdioPlan(bench.log("c1").toString(), false, false, 64);
    String exact = "x".repeat(64);
    bench.run(
        PlanEdit.of(bench.plan("c1", "echo; echo " + exact + "; echo " + exact + "y; echo end"))
            .stdio(stdio)
            .plan());
    assertThat(Files.readAllLines(bench.log("c1")))
        .extracting(line -> line.substring(31))
        .containsExactly(
            "stdout F ", "stdout F " + exact, "stdout P " + exact, "stdout F y", "stdout F end");
  }

  @Test
  void everyByteIsKept() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Files.write(bench.root.resolve("etc/bytes"), all);
    bench.run(bench.plan("c1", "cat /etc/bytes; printf '\\0\\0'"));
    String text = new String(all, StandardCharsets.ISO_8859_1);
    List<String> lines =
        List.of(Files.readString(bench.log("c1"), StandardCharsets.ISO_8859_1).split("\n", -1));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).substring(30)).isEqualTo(" stdout F " + text.substring(0, 10));
    assertThat(lines.get(1).substring(30)).isEqualTo(" stdout P " + text.substring(11) + "\0\0");
    assertThat(lines.get(2)).isEmpty();
  }

  @Test
  void aLineOfAMegabyteIsOneLineWhereTheLimitAllowsIt() throws Exception {
    String megabyte = "head -c 1048576 /dev/zero";
    StdioPlan stdio = new StdioPlan(bench.log("c1").toString(), false, false, 1 << 20);
    bench.run(
        PlanEdit.of(bench.plan("c1", megabyte + "; echo; echo a; " + megabyte + "; echo b"))
            .stdio(stdio)
            .plan());
    assertThat(Files.readAllLines(bench.log("c1"), StandardCharsets.ISO_8859_1))
        .extracting(line -> line.substring(30, 40) + (line.length() - 40))
        .containsExactly(" stdout F 1048576", " stdout F 1", " stdout P 1048576", " stdout F 1");
    bench.run(bench.plan("c2", megabyte + "; echo"));
    List<String> parts = Files.readAllLines(bench.log("c2"), StandardCharsets.ISO_8859_1);
    assertThat(parts).hasSize(64);
    assertThat(parts.subList(0, 63)).allMatch(part -> part.startsWith(" stdout P ", 30));
    assertThat(parts).allMatch(part -> part.length() == 40 + (16 << 10));
    assertThat(parts.getLast()).matches("(?s).{30} stdout F .*");
  }

  @Test
  void piecesAtAnyBoundaryGiveTheSameLines() throws Exception {
    // lines of 0 to 299 bytes, written in chunks of 7, so that reads begin and end anywhere
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append("x".repeat(i)).append('\n');
    }
    Files.writeString(bench.root.resolve("etc/text"), text);
    StdioPlan stdio = new StdioPlan(bench.log("c1").toString(), false, false, 100);
    bench.run(
        PlanEdit.of(bench.plan("c1", "dd if=/etc/text bs=7 2>/dev/null")).stdio(stdio).plan());
    assertThat(ShimBench.content(bench.log("c1"))).isEqualTo(text.toString());
    assertThat(Files.readAllLines(bench.log("c1"))).allMatch(line -> line.length() <= 140);
  }

  @Test
  void megabytesPassByteExact() throws Exception {
    String script = "seq 1 200000; head -c 300000 /dev/zero; echo; seq 200001 200010";
    bench.run(bench.plan("c1", script));
    StringBuilder expected = new StringBuilder();
    for (int i = 1; i <= 200000; i++) {
      expected.append(i).append('\n');
    }
    expected.append("\0".repeat(300000)).append('\n');
    for (int i = 200001; i <= 200010; i++) {
      expected.append(i).append('\n');
    }
    assertThat(ShimBench.content(bench.log("c1")).equals(expected.toString())).isTrue();
  }

  @Test
  void rotationLosesAndDoublesNothing() throws Exception {
    bench.shim.create(bench.plan("c1", "seq 1 2000000"));
    bench.shim.start("c1");
    List<Path> parts = new ArrayList<>();
    while (bench.exits.isEmpty()) {
      Path part = bench.dir.resolve("part" + parts.size());
      Files.move(bench.log("c1"), part);
      bench.shim.reopenLog("c1");
      parts.add(part);
      Thread.sleep(30);
    }
    parts.add(bench.log("c1"));
    int next = 1;
    for (Path part : parts) {
      for (String line : Files.readAllLines(part)) {
        assertThat(line.endsWith(" stdout F " + next)).as(line).isTrue();
        next++;
      }
    }
    assertThat(next).isEqualTo(2000001);
    assertThat(parts).hasSizeGreaterThan(2);
  }

  @Test
  void theLogsMissingDirectoriesAreMade() throws Exception {
    Path log = bench.dir.resolve("pod/main/0.log");
    StdioPlan stdio = new StdioPlan(log.toString(), false, false, 16384);
    bench.run(PlanEdit.of(bench.plan("c1", "echo hello")).stdio(stdio).plan());
    assertThat(log).content().endsWith(" stdout F hello\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void aLogBelowAFileIsNamedInTheError() throws Exception {
    Path file = Files.createFile(bench.dir.resolve("file"));
    StdioPlan stdio = new StdioPlan(file + "/main/0.log", false, false, 16384);
    ContainerPlan plan = PlanEdit.of(bench.plan("c1", "echo hello")).stdio(stdio).plan();
    assertThatThrownBy(() -> bench.run(plan))
        .hasMessageContaining("open log " + file + "/main/0.log");
  }

  @Test
  void aContainerWithoutALogStillRuns() throws Exception {
    StdioPlan stdio = new StdioPlan(null, false, false, 16384);
    ContainerPlan plan = PlanEdit.of(bench.plan("c1", "seq 1 100000; exit 2")).stdio(stdio).plan();
    assertThat(bench.run(plan).status()).isEqualTo(2);
  }

  @Test
  void outputIsThereWhenTheExitIsTold() throws Exception {
    for (int i = 0; i < 50; i++) {
      bench.run(bench.plan("c" + i, "echo last words"));
      assertThat(Files.readString(bench.log("c" + i))).endsWith("last words\n");
    }
  }

  @Test
  void endingTheShimKeepsTheLastWords() throws Exception {
    bench.shim.create(bench.plan("c1", "seq 1 30000; echo done; sleep 1000"));
    bench.shim.start("c1");
    await().until(() -> Files.size(bench.log("c1")) > 100000);
    bench.shim.end(true);
    String log = Files.readString(bench.log("c1"));
    assertThat(log).endsWith("\n");
    int last =
        Integer.parseInt(log.substring(log.lastIndexOf(' ') + 1).strip().replace("done", "30000"));
    assertThat(log.lines().count()).isBetween((long) last, last + 1L);
  }

  @Test
  void aDaemonThatStaysAwayDoesNotStopTheLog() throws Exception {
    bench.shim.create(bench.plan("c1", "seq 1 100000; sleep 1000"));
    bench.launcher.close();
    try (ShimLauncher other =
            ShimLauncher.open(dev.berth.kernel.Kernel.linux(), ShimBench.PATIENCE);
        Shim again = other.reconnect("pod", bench.socket(), bench)) {
      again.start("c1");
    }
    await().until(() -> Files.readString(bench.log("c1")).endsWith(" 100000\n"));
    try (ShimLauncher other =
            ShimLauncher.open(dev.berth.kernel.Kernel.linux(), ShimBench.PATIENCE);
        Shim again = other.reconnect("pod", bench.socket(), bench)) {
      again.end(true);
    }
  }
}
