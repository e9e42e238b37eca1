package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.e2e.daemon.Folders;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What somebody else does to pods: shims and processes killed, cgroups, layers, links, state and
 * journal removed. Stop and Remove still succeed, nothing stays, and the log says what was odd.
 */
class BehindOurBackIT {
  @RegisterExtension
  static final Testbed BED =
      new Testbed(s -> s.env(FaultSwitch.VARIABLE, s.home().resolve("faults").toString()));

  private static void endsAsEver(String pod) {
    Node node = BED.node();
    node.stopPod(pod).removePod(pod);
  }

  @Test
  void aKilledShimTakesItsContainersAlongAndThePodSaysSo() throws IOException {
    Node node = BED.node();
    String pod = node.pod("no-shim");
    String main = node.sleeper(pod, "main");
    String created = node.create(pod, Node.shell("created", "true"));
    Debugged.pod(node, pod).signal("KILL");
    for (String container : List.of(main, created)) {
      ContainerStatus status = node.awaitExit(container);
      assertThat(status.getExitCode()).isEqualTo(137);
      assertThat(status.getReason()).isEqualTo("Unknown");
      assertThat(status.getMessage()).contains("its shim is gone");
    }
    await().until(() -> node.podStatus(pod).getState() == PodSandboxState.SANDBOX_NOTREADY);
    node.stop(main, 5).remove(main);
    endsAsEver(pod);
  }

  /** Nobody could be told of it when it happened. */
  @Test
  void aShimThatIsKilledWhileItsPodIsMadeIsNoticed() throws Exception {
    Node node = BED.node();
    faults().forget();
    faults().breakStep("RunPodSandbox/publish", StepFault.HANGS);
    try {
      var made = CompletableFuture.supplyAsync(() -> node.pod("unlucky"));
      await().until(() -> faults().seen().contains("RunPodSandbox/publish"));
      List<Long> killed = shims(); // the pod's, and the spare, which is made anew
      for (long shim : killed) {
        Debugged.signal(Math.toIntExact(shim), "KILL");
      }
      await().until(() -> Collections.disjoint(shims(), killed));
      faults().mend();
      String pod = made.get();
      await().until(() -> node.podStatus(pod).getState() == PodSandboxState.SANDBOX_NOTREADY);
      endsAsEver(pod);
    } finally {
      faults().mend();
    }
  }

  private static FaultSwitch faults() {
    return new FaultSwitch(BED.daemon().settings().home().resolve("faults"));
  }

  private static List<Long> shims() {
    return ProcessHandle.allProcesses()
        .filter(p -> inShimsCgroup(p.pid()))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static boolean inShimsCgroup(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cgroup"))
          .contains("/berth-" + BED.daemon().instance() + "/shims");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  @Test
  void aShimThatDoesNotAnswerIsKilled() throws IOException {
    Node node = BED.node();
    String pod = node.pod("stuck-shim");
    String main = node.sleeper(pod, "main");
    Debugged shim = Debugged.pod(node, pod);
    shim.signal("STOP");
    String other = node.pod("other");
    assertThat(node.sh(node.sleeper(other, "main"), "echo on")).isEqualTo("on\n");
    node.stopPod(pod);
    assertThat(node.status(main).getMessage()).contains("its shim did not answer");
    Path process = Path.of("/proc", shim.info().get("pid").asText());
    await().until(() -> !Files.exists(process));
    node.removePod(pod);
  }

  @Test
  void aKilledInitIsAnOrdinaryEnd() throws IOException {
    Node node = BED.node();
    String pod = node.pod("no-init");
    String main = node.sleeper(pod, "main");
    Debugged.container(node, main).signal("KILL");
    ContainerStatus ended = node.awaitExit(main);
    assertThat(ended.getExitCode()).isEqualTo(137);
    assertThat(ended.getReason()).isEqualTo("Error");
    assertThat(node.podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    endsAsEver(pod);
  }

  @Test
  void removedCgroupsLayersAndLinksDoNotKeepAPodFromEnding() throws IOException {
    Node node = BED.node();
    String pod = node.pod("dismantled");
    String noCgroup = node.sleeper(pod, "no-cgroup");
    String noLayer = node.sleeper(pod, "no-layer");
    String noMount = node.sleeper(pod, "no-mount");
    Debugged.container(node, noCgroup).removeCgroups();
    Folders.delete(Debugged.container(node, noLayer).directory());
    Debugged.run(
        "nsenter",
        "--mount",
        "--target",
        Debugged.container(node, noMount).info().get("pid").asText(),
        "umount",
        "-l",
        "/proc");
    Debugged.run("ip", "link", "delete", Debugged.pod(node, pod).link());
    node.stop(noCgroup, 5).remove(noCgroup);
    node.stop(noLayer, 5).remove(noLayer);
    node.stop(noMount, 5).remove(noMount);
    endsAsEver(pod);
    assertThat(BED.daemon().log())
        .contains("container " + noCgroup + ": somebody had removed [/sys/fs/cgroup")
        .contains("container " + noLayer + ": somebody had removed");
  }

  @Test
  void whatHappenedWhileTheDaemonWasDownIsFoundOut() throws IOException {
    Node node = BED.node();
    String noState = node.pod("no-state");
    String noStateMain = node.sleeper(noState, "main");
    String noShim = node.pod("no-netns");
    String noShimMain = node.sleeper(noShim, "main");
    Debugged shim = Debugged.pod(node, noShim);
    String torn = node.pod("torn");
    String tornMain = node.sleeper(torn, "main"); // its "started" is the journal's last record
    BED.daemon().kill();

    Folders.delete(BED.daemon().settings().state().resolve("pods").resolve(noState));
    shim.signal("KILL"); // nobody else has the pod's network namespace
    tear(BED.daemon().settings().root().resolve("journal"));
    Path orphan = BED.daemon().settings().root().resolve("containers/orphan");
    Files.createDirectories(orphan.resolve("upper"));
    BED.daemon().start();

    for (String pod : List.of(noState, noShim)) {
      assertThat(node.podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    }
    for (String container : List.of(noStateMain, noShimMain)) {
      assertThat(node.status(container).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
      assertThat(node.status(container).getMessage()).contains("its shim is gone");
    }
    assertThat(node.status(tornMain).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    assertThat(node.sh(tornMain, "echo on")).isEqualTo("on\n");
    assertThat(orphan).doesNotExist();
    List.of(noState, noShim, torn).forEach(BehindOurBackIT::endsAsEver);
  }

  private static void tear(Path journal) throws IOException {
    try (FileChannel file = FileChannel.open(journal, StandardOpenOption.WRITE)) {
      var _ = file.truncate(file.size() - 3);
    }
  }

  @Test
  void aDaemonWithoutItsJournalCleansWhatItCannotKnow() throws IOException {
    Node node = BED.node();
    String pod = node.pod("forgotten");
    String main = node.sleeper(pod, "main");
    Path layer = Debugged.container(node, main).directory();
    Path journal = BED.daemon().settings().root().resolve("journal");
    BED.daemon().kill();
    Files.delete(journal);
    BED.daemon().start();
    assertThatThrownBy(() -> node.podStatus(pod)).hasMessageContaining("NOT_FOUND");
    assertThat(layer).doesNotExist();
    endsAsEver(pod); // a pod that is gone is no error
  }

  /** A frozen process cannot be killed, and is in the state D as far as anybody can tell. */
  @Test
  void aProcessThatCannotBeKilledIsNamedAndHoldsUpNobodyElse() throws IOException {
    Node node = BED.node();
    String pod = node.pod("frozen");
    String main = node.sleeper(pod, "main");
    Debugged inside = Debugged.container(node, main);
    List<Path> freezers = new ArrayList<>(inside.cgroups());
    freezers.removeIf(group -> !Files.exists(group.resolve("freezer.state")));
    assumeTrue(!freezers.isEmpty(), "needs the freezer of cgroup v1: v2's lets SIGKILL through");
    Path above = freezers.getFirst().resolveSibling("freezer.state");
    Files.writeString(above, "FROZEN");
    try {
      long begun = System.nanoTime();
      assertThatThrownBy(() -> node.stop(main, 0))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("DEADLINE_EXCEEDED")
          .hasMessageContaining("process " + inside.info().get("pid").asInt() + ", State: D");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
      String other = node.pod("other");
      assertThat(node.sh(node.sleeper(other, "main"), "echo on")).isEqualTo("on\n");
      endsAsEver(other);
    } finally {
      Files.writeString(above, "THAWED");
    }
    endsAsEver(pod);
  }
}
