package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.ExecSyncResponse;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.cri.v1.PodSandboxStatus;
import dev.berth.cri.v1.Signal;
import dev.berth.e2e.cri.LogLine;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.Busybox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pod from its first call to its last. */
class PodLifeIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void aPodLivesAndLeavesOnlyItsLog() throws IOException {
    Node node = BED.node();
    PodSandboxConfig config =
        node.podConfig("life").putLabels("tier", "front").putAnnotations("note", "kept").build();
    String pod = node.pod(config);
    assertReady(node.podStatus(pod), config);

    String container =
        node.create(
            pod,
            Node.shell(
                "main",
                "echo out; echo err >&2; trap 'echo bye; exit 7' TERM; while :; do sleep 0.05;"
                    + " done"));
    ContainerStatus created = node.status(container);
    assertThat(created.getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
    assertThat(created.getStartedAt()).isZero();

    node.start(container);
    List<LogLine> lines = node.awaitLog(container, 2);
    assertThat(LogLine.text(lines, "stdout")).isEqualTo("out\n");
    assertThat(LogLine.text(lines, "stderr")).isEqualTo("err\n");
    assertThat(node.status(container).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);

    ExecSyncResponse exec = node.exec(container, "sh", "-c", "echo o; echo e >&2; exit 3");
    assertThat(exec.getExitCode()).isEqualTo(3);
    assertThat(exec.getStdout().toStringUtf8()).isEqualTo("o\n");
    assertThat(exec.getStderr().toStringUtf8()).isEqualTo("e\n");

    node.stop(container, 10);
    assertEnded(node.status(container), 7);
    Path log = Path.of(node.status(container).getLogPath());
    node.remove(container).stopPod(pod);
    assertThat(node.podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    node.removePod(pod);
    assertThat(node.pods()).isEmpty();
    assertThat(node.containers()).isEmpty();
    assertThat(LogLine.text(LogLine.read(log), "stdout")).isEqualTo("out\nbye\n");
  }

  private static void assertReady(PodSandboxStatus status, PodSandboxConfig config) {
    assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    assertThat(status.getMetadata()).isEqualTo(config.getMetadata());
    assertThat(status.getLabelsMap()).isEqualTo(config.getLabelsMap());
    assertThat(status.getAnnotationsMap()).isEqualTo(config.getAnnotationsMap());
    assertThat(status.getNetwork().getIp()).isNotEmpty();
    assertThat(status.getLinux().getNamespaces().getOptions())
        .isEqualTo(config.getLinux().getSecurityContext().getNamespaceOptions());
    Instant created = Instant.ofEpochSecond(0, status.getCreatedAt());
    assertThat(Duration.between(created, Instant.now()))
        .isCloseTo(Duration.ZERO, Duration.ofMinutes(1));
  }

  private static void assertEnded(ContainerStatus status, int exitCode) {
    assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    assertThat(status.getExitCode()).isEqualTo(exitCode);
    assertThat(status.getReason()).isEqualTo(exitCode == 0 ? "Completed" : "Error");
    assertThat(status.getCreatedAt()).isPositive().isLessThanOrEqualTo(status.getStartedAt());
    assertThat(status.getStartedAt()).isLessThanOrEqualTo(status.getFinishedAt());
  }

  @Test
  void exitCodesAreTrue() {
    Node node = BED.node();
    String pod = node.pod("exits");
    for (int code : new int[] {0, 1, 42, 255}) {
      String container = node.run(pod, Node.shell("exit-" + code, "exit " + code));
      assertEnded(node.awaitExit(container), code);
    }
  }

  @Test
  void aSignalShowsInTheExitCode() {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("shared-pid");
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setPid(NamespaceMode.POD);
    ContainerConfig.Builder main = Node.shell("main", "kill -SEGV $$"); // init of nothing: it dies
    main.getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setPid(NamespaceMode.POD);
    String killed = node.run(node.pod(config.build()), main);
    assertEnded(node.awaitExit(killed), 139);
  }

  @Test
  void stopTerminatesThenKills() {
    Node node = BED.node();
    String deaf = node.deaf(node.pod("deaf"));
    long begun = System.nanoTime();
    node.stop(deaf, 1);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
    assertThat(node.status(deaf).getExitCode()).isEqualTo(137);
  }

  @Test
  void stopWithoutTimeKillsAtOnce() {
    Node node = BED.node();
    String container = node.deaf(node.pod("now"));
    long begun = System.nanoTime();
    node.stop(container, 0);
    assertThat(System.nanoTime() - begun).isCloseTo(0L, within(Duration.ofMillis(900).toNanos()));
    assertThat(node.status(container).getExitCode()).isEqualTo(137);
  }

  @Test
  void aSecondStopWithLessTimeShortensTheFirst() throws Exception {
    Node node = BED.node();
    String script = "trap 'echo asked' TERM; echo up; while :; do sleep 0.05; done";
    String deaf = node.run(node.pod("twice"), Node.shell("deaf", script));
    node.awaitLog(deaf, 1);
    Thread first = Thread.ofPlatform().start(() -> node.stop(deaf, 30));
    node.awaitLog(deaf, 2);
    long begun = System.nanoTime();
    node.stop(deaf, 1);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    first.join(5000);
    assertThat(first.isAlive()).isFalse();
  }

  @Test
  void theStopSignalIsTheImagesOrTheRequests() throws IOException {
    Node node = BED.node();
    String script =
        "trap 'exit 10' USR1; trap 'exit 12' USR2; trap 'exit 15' TERM; echo up; while :; do sleep"
            + " 0.05; done";
    String image =
        TestImages.push("stopsignal", Busybox.image().set("StopSignal", "SIGUSR2").build());
    node.pull(image);
    String pod = node.pod("signals");
    String byImage = node.run(pod, Pods.container("by-image", image, "sh", "-c", script));
    String byRequest =
        node.run(
            pod,
            Pods.container("by-request", image, "sh", "-c", script)
                .setStopSignal(Signal.SIGNAL_SIGUSR1));
    String byDefault = node.run(pod, Node.shell("by-default", script));
    for (String container : List.of(byImage, byRequest, byDefault)) {
      node.awaitLog(container, 1);
      node.stop(container, 10);
    }
    assertThat(node.status(byImage).getExitCode()).isEqualTo(12);
    assertThat(node.status(byRequest).getExitCode()).isEqualTo(10);
    assertThat(node.status(byRequest).getStopSignal()).isEqualTo(Signal.SIGNAL_SIGUSR1);
    assertThat(node.status(byDefault).getExitCode()).isEqualTo(15);
  }

  @Test
  void stoppingThePodEndsItsContainers() {
    Node node = BED.node();
    String pod = node.pod("together");
    String one = node.sleeper(pod, "one");
    String two = node.sleeper(pod, "two");
    node.stopPod(pod);
    assertThat(node.status(one).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    assertThat(node.status(two).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    assertThat(node.podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
  }

  @Test
  void removingAPodThatRunsEndsEverything() {
    Node node = BED.node();
    String pod = node.pod("force");
    node.sleeper(pod, "main");
    node.removePod(pod);
    assertThat(node.containers()).isEmpty();
  }

  @Test
  void aCreatedContainerCanBeStoppedAndRemoved() {
    Node node = BED.node();
    String pod = node.pod("never");
    String stopped = node.create(pod, Node.shell("stopped", "true"));
    node.stop(stopped, 1);
    assertThat(node.status(stopped).getState()).isNotEqualTo(ContainerState.CONTAINER_RUNNING);
    node.remove(stopped);
    node.remove(node.create(pod, Node.shell("removed", "true")));
  }

  @Test
  void aRunningContainerThatIsRemovedIsGone() {
    Node node = BED.node();
    String pod = node.pod("running");
    node.remove(node.sleeper(pod, "main"));
    assertThat(node.containers()).isEmpty();
  }

  @Test
  void theSameNameWithTheNextAttemptRunsAgain() {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("again");
    String first = node.pod(config.build());
    node.stopPod(first);
    config.getMetadataBuilder().setAttempt(1);
    String second = node.pod(config.build());
    assertThat(second).isNotEqualTo(first);
    assertThat(node.podStatus(second).getCreatedAt())
        .isGreaterThan(node.podStatus(first).getCreatedAt());
  }

  @Test
  void logFilesOfStoppedPodsStay() throws IOException {
    Node node = BED.node();
    String pod = node.pod("logs");
    String container = node.run(pod, Node.shell("main", "echo kept"));
    Path log = Path.of(node.awaitExit(container).getLogPath());
    assertThat(log).startsWith(Path.of(node.configOf(pod).getLogDirectory()));
    node.removePod(pod);
    assertThat(Files.readString(log)).endsWith(" stdout F kept\n");
  }
}
