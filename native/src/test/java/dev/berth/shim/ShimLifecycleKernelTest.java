package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A container's life on a hand-made root, for real. */
final class ShimLifecycleKernelTest {
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
  void runsToItsExitCodeAndLogsWhatItSaid() throws Exception {
    ExitRecord exit = bench.run(bench.plan("c1", "echo hello; echo oops >&2; exit 7"));
    assertThat(exit.status()).isEqualTo(7);
    assertThat(exit.signal()).isZero();
    assertThat(ShimBench.content(bench.log("c1"))).contains("hello\n").contains("oops\n");
  }

  @Test
  void tellsTheSignalThatEndedIt() throws Exception {
    ContainerPlan plan = bench.plan("c1", ShimBench.process("/bin/sleep", "1000"));
    bench.shim.create(plan);
    bench.shim.start("c1");
    bench.shim.kill("c1");
    ExitRecord exit = bench.awaitExit("c1");
    assertThat(exit.signal()).isEqualTo(9);
    assertThat(exit.status()).isEqualTo(137);
  }

  @Test
  void passesSignalsOn() throws Exception {
    bench.shim.create(
        bench.plan("c1", "trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done"));
    bench.shim.start("c1");
    await().until(() -> Files.readString(bench.log("c1")).contains("up"));
    bench.shim.signal("c1", 15, false);
    assertThat(bench.awaitExit("c1").status()).isEqualTo(5);
  }

  @Test
  void writesTheExitRecordBeforeItTells() throws Exception {
    ExitRecord exit = bench.run(bench.plan("c1", "exit 3"));
    assertThat(ExitRecordFile.read(bench.exitRecord("c1"))).contains(exit);
  }

  @Test
  void reportsNoExitRecordWhileItRuns() throws Exception {
    bench.shim.create(bench.plan("c1", "sleep 1000"));
    assertThat(ExitRecordFile.read(bench.exitRecord("c1"))).isEmpty();
    assertThat(ExitRecordFile.read(Path.of("/no/such/file"))).isEmpty();
  }

  @Test
  void waitsAfterCreateAndCanBeRemovedUnstarted() throws Exception {
    int pid = bench.shim.create(bench.plan("c1", "echo ran"));
    assertThat(bench.shim.inventory().containers())
        .containsExactly(new Inventory.Entry("c1", pid, Inventory.State.CREATED, null));
    bench.shim.remove("c1");
    assertThat(Path.of("/proc/" + pid)).doesNotExist();
    assertThat(bench.shim.inventory().containers()).isEmpty();
    assertThat(bench.log("c1")).isEmptyFile();
    assertThat(bench.awaitExit("c1").reason()).isEqualTo("never started");
  }

  @Test
  void refusesToRemoveWhatRuns() throws Exception {
    bench.shim.create(bench.plan("c1", "sleep 1000"));
    bench.shim.start("c1");
    ShimFailure failure = catchThrowableOfType(ShimFailure.class, () -> bench.shim.remove("c1"));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
    bench.shim.remove("unknown");
  }

  @Test
  void refusesASecondContainerOfTheSameName() throws Exception {
    bench.shim.create(bench.plan("c1", "sleep 1000"));
    ShimFailure failure =
        catchThrowableOfType(
            ShimFailure.class, () -> bench.shim.create(bench.plan("c1", "sleep 1")));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
  }

  @Test
  void listsContainersInEveryState() throws Exception {
    for (int i = 0; i < 20; i++) {
      bench.run(bench.plan("done" + i, ShimBench.process("/bin/true")));
    }
    bench.shim.create(bench.plan("waits", "sleep 1000"));
    bench.shim.create(bench.plan("runs", "sleep 1000"));
    bench.shim.start("runs");
    assertThat(bench.shim.inventory().containers())
        .hasSize(22)
        .filteredOn(entry -> entry.state() == Inventory.State.EXITED)
        .hasSize(20)
        .allSatisfy(entry -> assertThat(entry.exit()).isNotNull());
  }

  @Test
  void endRefusesWhileSomethingLives() throws Exception {
    bench.shim.create(bench.plan("c1", "sleep 1000"));
    ShimFailure failure = catchThrowableOfType(ShimFailure.class, () -> bench.shim.end(false));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
    int pid = bench.shim.pid();
    bench.shim.end(true);
    await().until(() -> ended(pid));
    assertThat(Path.of(bench.socket())).doesNotExist();
  }

  static boolean ended(int pid) throws Exception {
    Path stat = Path.of("/proc/" + pid + "/stat");
    try {
      String text = Files.readString(stat);
      return text.charAt(text.lastIndexOf(')') + 2) == 'Z';
    } catch (java.nio.file.NoSuchFileException gone) {
      return true;
    }
  }
}
