package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.cri.v1.PodSandboxStatus;
import dev.berth.e2e.cri.LogLine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A daemon that ends, in whatever way, while its pods live on. */
class RestartIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void podsLiveOnWhenTheDaemonIsKilled() throws IOException {
    Node node = BED.node();
    String pod = node.pod("survivor");
    String running =
        node.run(
            pod, Node.shell("counter", "i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done"));
    String ends = node.run(pod, Node.shell("ends", "sleep 1; exit 9"));
    String created = node.create(pod, Node.shell("created", "exit 4"));
    String exited = node.run(pod, Node.shell("exited", "exit 5"));
    ContainerStatus exitedBefore = node.awaitExit(exited);
    PodSandboxStatus podBefore = node.podStatus(pod);
    node.awaitLog(running, 3);

    BED.daemon().kill();
    sleep(Duration.ofMillis(1500)); // "ends" exits while nobody watches
    BED.daemon().start();

    assertThat(node.podStatus(pod)).isEqualTo(podBefore);
    assertThat(node.status(exited)).isEqualTo(exitedBefore);
    assertThat(node.status(running).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    assertThat(node.status(created).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
    ContainerStatus ended = node.status(ends);
    assertThat(ended.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    assertThat(ended.getExitCode()).isEqualTo(9);
    assertThat(Duration.ofNanos(ended.getFinishedAt() - ended.getStartedAt()))
        .isBetween(Duration.ofMillis(900), Duration.ofMillis(1900));

    assertThat(node.start(created).awaitExit(created).getExitCode()).isEqualTo(4);
    assertThat(node.sh(running, "echo in")).isEqualTo("in\n");
    assertNoLineLost(node, running);
    node.stop(running, 0);
    assertThat(node.status(running).getExitCode()).isEqualTo(137);
  }

  private static void assertNoLineLost(Node node, String container) {
    String[] numbers = LogLine.text(node.log(container), "stdout").split("\n", -1);
    for (int i = 0; i < numbers.length - 1; i++) {
      assertThat(numbers[i]).isEqualTo(Integer.toString(i));
    }
    assertThat(numbers.length).isGreaterThan(20);
  }

  @Test
  void podsLiveOnWhenTheDaemonIsTerminated() throws IOException {
    Node node = BED.node();
    String container = node.sleeper(node.pod("stays"), "main");
    assertThat(BED.daemon().terminate()).isIn(0, 143);
    BED.daemon().start();
    assertThat(node.sh(container, "echo here")).isEqualTo("here\n");
  }

  /** As a service manager does with the hierarchies that it takes for its own. */
  @Test
  void aContainerThatWasMovedToTheShimsIsNoStrayShim() throws IOException {
    Node node = BED.node();
    String container = node.sleeper(node.pod("moved"), "main");
    Debugged.container(node, container).moveToTheShims(BED.daemon().instance());
    BED.daemon().killAndRestart();
    assertThat(node.sh(container, "echo here")).isEqualTo("here\n");
    node.stop(container, 0);
    assertThat(node.status(container).getExitCode()).isEqualTo(137);
  }

  @Test
  void removalGoesOnAfterARestart() throws IOException {
    Node node = BED.node();
    String pod = node.pod("later");
    String container = node.sleeper(pod, "main");
    BED.daemon().killAndRestart();
    node.stop(container, 5).remove(container).stopPod(pod).removePod(pod);
  }

  @Test
  void aStoppedPodStaysStopped() throws IOException {
    Node node = BED.node();
    String pod = node.pod("stopped");
    node.stopPod(pod);
    BED.daemon().killAndRestart();
    assertThat(node.podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
  }

  /**
   * {@code -Dberth.recovery.pods=100 -Dberth.recovery.millis=200} is what the daemon is meant to be
   * good for on a machine that does nothing else; here the machine is as busy as it is.
   */
  @Test
  @SuppressWarnings("SystemOut") // its figure
  void manyPodsAreFoundAgainAtOnce() throws IOException {
    int count = Integer.getInteger("berth.recovery.pods", 10);
    Node node = BED.node();
    List<String> containers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      containers.add(node.run(node.pod("many-" + i), Node.shell("main", "exec sleep 1000")));
    }
    BED.daemon().killAndRestart();
    String found = "recovered " + count + " pods and " + count + " containers in ";
    String log = BED.daemon().log();
    assertThat(log).contains(found);
    String millis = log.substring(log.lastIndexOf(found) + found.length()).split(" ", 2)[0];
    System.out.println(found + millis + " ms");
    assertThat(Integer.parseInt(millis))
        .isLessThan(Integer.getInteger("berth.recovery.millis", 2000));
    for (String container : containers) {
      assertThat(node.status(container).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }
  }

  @Test
  void imagesStay() throws IOException {
    Node node = BED.node();
    var before = node.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList();
    BED.daemon().killAndRestart();
    assertThat(node.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList())
        .containsExactlyInAnyOrderElementsOf(before)
        .isNotEmpty();
  }

  @Test
  void addressesOfLivingPodsAreNotGivenAgain() throws IOException {
    Node node = BED.node();
    String before = node.podStatus(node.pod("holder")).getNetwork().getIp();
    BED.daemon().killAndRestart();
    for (int i = 0; i < 5; i++) {
      assertThat(node.podStatus(node.pod("taker-" + i)).getNetwork().getIp()).isNotEqualTo(before);
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
