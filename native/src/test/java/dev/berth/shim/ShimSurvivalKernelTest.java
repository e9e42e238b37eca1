package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.berth.kernel.Kernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who dies when whom dies. */
final class ShimSurvivalKernelTest {
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
  void containersRunOnWithoutTheDaemonAndAreFoundAgain() throws Exception {
    int pid = bench.shim.create(bench.plan("c1", "echo one; sleep 0.3; echo two; sleep 1000"));
    bench.shim.start("c1");
    bench.shim.create(bench.plan("c2", "sleep 0.1; exit 4"));
    bench.shim.start("c2");
    bench.launcher.close();
    await().until(() -> ExitRecordFile.read(bench.exitRecord("c2")).isPresent());
    await().until(() -> Files.readString(bench.log("c1")).contains("two"));
    try (ShimLauncher next = ShimLauncher.open(Kernel.linux(), ShimBench.PATIENCE);
        Shim again = next.reconnect("pod", bench.socket(), bench)) {
      assertThat(again.pid()).isEqualTo(bench.shim.pid());
      assertThat(again.inventory().containers())
          .anySatisfy(
              c ->
                  assertThat(c)
                      .isEqualTo(new Inventory.Entry("c1", pid, Inventory.State.RUNNING, null)))
          .anySatisfy(
              c -> {
                assertThat(c.state()).isEqualTo(Inventory.State.EXITED);
                assertThat(c.exit())
                    .isEqualTo(ExitRecordFile.read(bench.exitRecord("c2")).orElseThrow());
              });
      try (PodNamespaces namespaces = again.podNamespaces()) {
        assertThat(namespaces.netlink()).isNotNull();
      }
      again.kill("c1");
      assertThat(bench.awaitExit("c1").signal()).isEqualTo(9);
      again.end(true);
    }
  }

  @Test
  void aShimWithoutAPodEndsWithItsDaemon() throws Exception {
    Path socket = bench.dir.resolve("lonely.sock");
    ShimSpec spec = new ShimSpec("lonely", socket.toString(), List.of());
    int pid;
    try (ShimLauncher daemon = ShimLauncher.open(Kernel.linux(), ShimBench.PATIENCE)) {
      pid = daemon.launch(spec, bench).pid();
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> ShimLifecycleKernelTest.ended(pid));
    assertThat(socket).doesNotExist();
  }

  @Test
  void aDeadShimTakesItsContainersAlong() throws Exception {
    int waits = bench.shim.create(bench.plan("c1", "sleep 1000"));
    int runs = bench.shim.create(bench.plan("c2", "sleep 1000"));
    bench.shim.start("c2");
    Kernel.linux().processes().kill(bench.shim.pid(), 9);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                ShimLifecycleKernelTest.ended(waits)
                    && ShimLifecycleKernelTest.ended(runs)
                    && bench.lost);
    ShimFailure failure = catchThrowableOfType(ShimFailure.class, () -> bench.shim.inventory());
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.UNREACHABLE);
  }

  @Test
  void anotherPodsShimIsRefused() {
    ShimFailure failure =
        catchThrowableOfType(
            ShimFailure.class, () -> bench.launcher.reconnect("other", bench.socket(), bench));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
  }

  @Test
  void twoDaemonsMayListen() throws Exception {
    try (ShimLauncher second = ShimLauncher.open(Kernel.linux(), ShimBench.PATIENCE);
        Shim also = second.reconnect("pod", bench.socket(), bench)) {
      bench.run(bench.plan("c1", "exit 1"));
      assertThat(bench.awaitExit("c1").status()).isEqualTo(1);
      assertThat(also.inventory().containers()).hasSize(1);
    }
  }

  @Test
  void aLongSocketPathWorks() throws Exception {
    Path deep = bench.dir.resolve("d".repeat(120));
    Files.createDirectory(deep);
    String socket = deep.resolve("shim.sock").toString();
    ShimSpec spec = new ShimSpec("deep", socket, List.of());
    try (Shim shim = bench.launcher.launch(spec, bench)) {
      shim.end(false);
    }
  }

  @Test
  void aShimThatCannotListenSaysWhy() {
    ShimSpec spec = new ShimSpec("x", "/no/such/folder/shim.sock", List.of());
    ShimFailure failure =
        catchThrowableOfType(ShimFailure.class, () -> bench.launcher.launch(spec, bench));
    assertThat(failure)
        .hasMessageContaining("/no/such/folder")
        .hasMessageContaining("No such file");
  }

  @Test
  void leavesNothingOnTheMachine() throws Exception {
    List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
    bench.shim.create(bench.plan("c1", "sleep 1000"));
    bench.shim.start("c1");
    bench.run(bench.plan("c2", "exit 0"));
    assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
    int pid = bench.shim.pid();
    String netns = netns(pid, "c1");
    bench.shim.end(true);
    await().until(() -> ShimLifecycleKernelTest.ended(pid));
    assertThat(netns).isNotEmpty();
    assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
    try (var processes = Files.list(Path.of("/proc"))) {
      assertThat(processes.filter(p -> p.getFileName().toString().matches("\\d+")))
          .noneMatch(p -> inNamespace(p, netns));
    }
  }

  private String netns(int shim, String container) throws Exception {
    for (Inventory.Entry entry : bench.shim.inventory().containers()) {
      if (entry.id().equals(container)) {
        return Files.readSymbolicLink(Path.of("/proc/" + entry.hostPid() + "/ns/net")).toString();
      }
    }
    return Integer.toString(shim);
  }

  private static boolean inNamespace(Path process, String netns) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/net")).toString().equals(netns);
    } catch (java.io.IOException gone) {
      return false;
    }
  }
}
