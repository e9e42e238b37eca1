package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.ExecSyncResponse;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.StopContainerRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people have reported of other runtimes, each complaint one test. */
class ComplaintsIT {
  @RegisterExtension
  static final Testbed BED =
      new Testbed(s -> s.env(FaultSwitch.VARIABLE, s.home().resolve("faults").toString()));

  private static FaultSwitch faults() {
    return new FaultSwitch(BED.daemon().settings().home().resolve("faults"));
  }

  @AfterEach
  void mend() {
    faults().mend();
  }

  private static <T> T broken(
      String step, StepFault fault, java.util.function.Function<Node, T> request) {
    return new BrokenCall(BED, faults(), step, fault).make(request, request).answer();
  }

  /** containerd 12600: a stop that the daemon's restart interrupts is lost. */
  @Test
  void containerd12600StopWhileTheDaemonRestarts() throws Exception {
    Node node = BED.node();
    String pod = node.pod("stopping");
    String stubborn = node.deaf(pod);
    faults().forget();
    var interrupted =
        node.client()
            .runtimeLater()
            .stopContainer(
                StopContainerRequest.newBuilder().setContainerId(stubborn).setTimeout(60).build());
    await().until(() -> faults().seen().contains("StopContainer/wait"));
    BED.daemon().killAndRestart();
    node.client().reconnect();
    assertThatThrownBy(interrupted::get).hasMessageContaining("UNAVAILABLE");
    assertThat(node.status(stubborn).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    node.stop(stubborn, 0);
    assertThat(node.status(stubborn).getExitCode()).isEqualTo(137);
    node.remove(stubborn).stopPod(pod).removePod(pod);
  }

  /** containerd 6860: a daemon that dies while it creates leaves a container nobody can use. */
  @Test
  void containerd6860CrashDuringCreate() throws IOException {
    Node node = BED.node();
    String pod = node.pod("creating");
    String container =
        broken(
            "CreateContainer/init",
            StepFault.DIES,
            n -> n.create(pod, Node.shell("main", "exit 6")));
    assertThat(node.containers())
        .singleElement()
        .satisfies(c -> assertThat(c.getId()).isEqualTo(container));
    assertThat(layers()).containsExactly(container);
    assertThat(node.start(container).awaitExit(container).getExitCode()).isEqualTo(6);
  }

  /** cri-o 7044 and 8906: after a timeout the pod's name stays reserved. */
  @Test
  void crio7044And8906NameReservedAfterTimeout() {
    Node node = BED.node();
    PodSandboxConfig config = node.podConfig("timed-out").build();
    String pod = broken("RunPodSandbox/shim", StepFault.HANGS, n -> n.pod(config));
    assertThat(node.pod(config)).isEqualTo(pod);
    String container =
        broken(
            "CreateContainer/cgroup", StepFault.HANGS, n -> n.create(pod, Node.shell("c", "true")));
    assertThat(node.create(pod, Node.shell("c", "true"))).isEqualTo(container);

    PodSandboxConfig failing = node.podConfig("failing").build();
    faults().breakStep("RunPodSandbox/files", StepFault.FAILS_AFTER);
    assertThatThrownBy(() -> node.pod(failing)).isInstanceOf(StatusRuntimeException.class);
    faults().mend();
    // the same name with other content: it is free
    assertThat(node.pod(failing.toBuilder().putLabels("other", "content").build())).isNotEmpty();
  }

  /** containerd 5438: the network of a pod whose start timed out is never taken down. */
  @Test
  void containerd5438NetworkTeardownAfterTimedOutStart() {
    Node node = BED.node();
    var before = links();
    faults().breakStep("RunPodSandbox/files", StepFault.FAILS_BEFORE);
    PodSandboxConfig config = node.podConfig("no-teardown").build();
    assertThatThrownBy(() -> node.pod(config)).isInstanceOf(StatusRuntimeException.class);
    faults().mend();
    await().untilAsserted(() -> assertThat(links()).isEqualTo(before));

    // the caller has gone long before the network is there, and removes what it never heard of
    String pod = broken("RunPodSandbox/network", StepFault.HANGS, n -> n.pod(config));
    node.stopPod(pod).removePod(pod);
    await().untilAsserted(() -> assertThat(links()).isEqualTo(before));
  }

  private static List<String> links() {
    try (Stream<Path> all = Files.list(Path.of("/sys/class/net"))) {
      String instance = BED.daemon().instance();
      return all.map(link -> link.getFileName().toString())
          .filter(name -> isOurs(name, instance))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A pod's link is a port of the daemon's bridge. */
  private static boolean isOurs(String link, String instance) {
    return Files.exists(Path.of("/sys/class/net/bth" + instance + "/brif/" + link));
  }

  /** containerd 13814: execs that hang block the status of the container and of the node. */
  @Test
  void containerd13814ExecHangBlocksStatus() throws Exception {
    Node node = BED.node();
    String main = node.sleeper(node.pod("probed"), "main");
    var exec =
        ExecSyncRequest.newBuilder()
            .setContainerId(main)
            .addAllCmd(List.of("sleep", "12345"))
            .build();
    List<ListenableFuture<ExecSyncResponse>> hanging = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      hanging.add(node.client().runtimeLater().execSync(exec));
    }
    await().until(() -> sleepers(node, main) == hanging.size());
    var hurried = node.runtime().withDeadlineAfter(5, TimeUnit.SECONDS);
    assertThat(hurried.listContainers(ListContainersRequest.getDefaultInstance())).isNotNull();
    assertThat(node.status(main).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    assertThat(node.sh(main, "echo on")).isEqualTo("on\n");

    // their callers give up: what nobody waits for ends
    hanging.forEach(call -> call.cancel(true));
    await().until(() -> sleepers(node, main) == 0);
  }

  private static int sleepers(Node node, String container) {
    return Integer.parseInt(node.sh(container, "ps | grep -c '[s]leep 12345' || true").strip());
  }

  /** containerd 13416: read-write layers stay when a removal, or the daemon, breaks off. */
  @Test
  void containerd13416OrphanedReadWriteLayers() throws IOException {
    Node node = BED.node();
    String pod = node.pod("layers");
    for (String step : List.of("RemoveContainer/shim", "RemoveContainer/directories")) {
      String container = node.sleeper(pod, "main");
      node.sh(container, "echo written > /file");
      broken(step, StepFault.DIES, n -> n.remove(container));
      assertThat(layers()).isEmpty();
    }
    String container =
        broken(
            "CreateContainer/directory",
            StepFault.DIES,
            n -> n.create(pod, Node.shell("c", "true")));
    assertThat(layers()).containsExactly(container);
  }

  private static List<String> layers() throws IOException {
    try (Stream<Path> all = Files.list(BED.daemon().settings().root().resolve("containers"))) {
      return all.map(layer -> layer.getFileName().toString()).toList();
    }
  }
}
