package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs whose disk is full or whose folder is gone: what is lost, what is counted, what returns. */
final class ShimLogFullKernelTest {
  private static final int LINES = 5000;

  /** More than a read and the largest pipe take. */
  private static final int MANY = 300_000;

  private ShimBench bench;
  private Path small;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod());
    small = Files.createDirectory(bench.dir.resolve("small"));
    command("mount", "-t", "tmpfs", "-o", "size=64k", "berth-test", small.toString());
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      command("umount", "-l", small.toString());
      bench.close();
    }
  }

  @Test
  void aFullDiskDropsWholeLinesCountsThemAndTakesMoreWhenThereIsRoom() throws Exception {
    start(false, "seq 1 5000; until [ -e /tmp/go ]; do sleep 0.02; done; echo after");
    await().until(() -> lines() + counts().droppedLines() == LINES);
    assertThat(content()).isEqualTo(numbers(lines()));
    assertThat(lines()).isBetween(500, LINES - 500);
    assertThat(counts().writtenBytes()).isEqualTo(Files.size(log()));
    int lost = LINES - lines();
    assertThat(counts().droppedBytes()).isEqualTo(lost * (41 + 4L));

    Files.delete(log());
    bench.shim.reopenLog("c1");
    allow("go");
    bench.awaitExit("c1");
    assertThat(content()).isEqualTo("after\n");
  }

  @Test
  void aFullDiskStallsTheContainerAndNothingIsLost() throws Exception {
    start(true, "seq 1 300000; echo end");
    await().until(() -> Files.size(log()) > 50_000);
    await().until(() -> sleepsInWrite("c1"));
    assertThat(content()).isEqualTo(numbers(lines()));
    assertThat(lines()).isLessThan(MANY);
    command("mount", "-o", "remount,size=32m", small.toString());
    bench.awaitExit("c1");
    assertThat(content()).isEqualTo(numbers(MANY) + "end\n");
    assertThat(counts().droppedLines()).isZero();
    assertThat(counts().writtenBytes()).isEqualTo(Files.size(log()));
  }

  @Test
  void aStalledContainerCanBeKilledAndHoldsUpNoOther() throws Exception {
    start(true, "yes");
    await().until(() -> Files.size(log()) > 50_000);
    StdioPlan elsewhere = new StdioPlan(bench.log("c2").toString(), false, false, 16384, true);
    bench.shim.create(PlanEdit.of(bench.plan("c2", "seq 1 20000")).stdio(elsewhere).plan());
    bench.shim.start("c2");
    bench.awaitExit("c2");
    assertThat(Files.readString(bench.log("c2"))).endsWith(" 20000\n");
    bench.shim.kill("c1");
    bench.awaitExit("c1");
    bench.shim.remove("c1");
  }

  @Test
  void aRemovedFolderDropsAndComesBack() throws Exception {
    Path folder = Files.createDirectory(bench.dir.resolve("gone"));
    Path log = folder.resolve("log");
    String script =
        "echo one; until [ -e /tmp/go ]; do sleep 0.02; done; echo two;"
            + " until [ -e /tmp/on ]; do sleep 0.02; done; echo three";
    create(new StdioPlan(log.toString(), false, false, 16384, false), script);
    await().until(() -> Files.size(log) > 0);
    Files.delete(log);
    Files.delete(folder);
    allow("go");
    await().until(() -> counts().droppedLines() == 1);
    Files.createDirectory(folder);
    allow("on");
    bench.awaitExit("c1");
    assertThat(ShimBench.content(log)).isEqualTo("three\n");
    assertThat(counts().droppedBytes()).isEqualTo(41 + 3);
  }

  @Test
  void aRemovedFolderStallsAndComesBack() throws Exception {
    Path folder = Files.createDirectory(bench.dir.resolve("gone"));
    Path log = folder.resolve("log");
    String script = "echo one; until [ -e /tmp/go ]; do sleep 0.02; done; seq 1 300000";
    create(new StdioPlan(log.toString(), false, false, 16384, true), script);
    await().until(() -> Files.size(log) > 0);
    Files.delete(log);
    Files.delete(folder);
    allow("go");
    await().until(() -> sleepsInWrite("c1"));
    Files.createDirectory(folder);
    bench.awaitExit("c1");
    assertThat(ShimBench.content(log)).isEqualTo(numbers(MANY));
  }

  private void start(boolean stalls, String script) throws Exception {
    create(new StdioPlan(log().toString(), false, false, 16384, stalls), script);
  }

  private void create(StdioPlan stdio, String script) throws Exception {
    bench.shim.create(PlanEdit.of(bench.plan("c1", script)).stdio(stdio).plan());
    bench.shim.start("c1");
  }

  private void allow(String what) throws Exception {
    bench.exec("c1", what, ShimBench.process("/bin/touch", "/tmp/" + what));
  }

  private Path log() {
    return small.resolve("log");
  }

  private String content() throws IOException {
    return ShimBench.content(log());
  }

  private int lines() throws IOException {
    return (int) Files.readString(log(), StandardCharsets.ISO_8859_1).lines().count();
  }

  private LogCounts counts() throws ShimFailure {
    return Objects.requireNonNull(bench.shim.logCounts().get("c1"), "c1");
  }

  /** Whether a process of the container waits for room in a pipe. */
  private boolean sleepsInWrite(String id) throws Exception {
    for (Inventory.Entry entry : bench.shim.inventory().containers()) {
      if (entry.id().equals(id)) {
        Path proc = Path.of("/proc", Integer.toString(entry.hostPid()));
        String children =
            Files.readString(proc.resolve("task/" + entry.hostPid() + "/children")).strip();
        for (String pid : (entry.hostPid() + " " + children).split(" ", -1)) {
          Path wchan = Path.of("/proc", pid, "wchan");
          if (!pid.isEmpty() && Files.exists(wchan) && Files.readString(wchan).contains("pipe_w")) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static String numbers(int last) {
    StringBuilder all = new StringBuilder();
    IntStream.rangeClosed(1, last).forEach(i -> all.append(i).append('\n'));
    return all.toString();
  }

  private static void command(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(words), said).isZero();
  }
}
