package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.Busybox;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that cannot be served: the right code, the field and its value named, nothing left. */
class BadInputIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.berth.e2e.BadRequests#containers")
  void aContainerIsRefused(
      String what, Code code, Consumer<ContainerConfig.Builder> change, String[] words) {
    Node node = BED.node();
    String pod = node.pod("refuses");
    ContainerConfig.Builder config = Node.shell("bad", "true");
    change.accept(config);
    node.remove(node.create(pod, Node.shell("first", "true"))); // makes the folders of the pod
    LeakGuard guard = new LeakGuard(BED::daemons);
    refused(code, () -> node.create(pod, config), words);
    guard.check(what);
    assertThat(
            node.runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList())
        .isEmpty();
    node.awaitExit(node.run(pod, Node.shell("bad", "true"))); // the name is free again
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("users")
  void anImagesUserIsRefused(String user, String word) throws IOException {
    Node node = BED.node();
    String name = "user-" + Integer.toHexString(user.hashCode());
    String image = TestImages.push(name, Busybox.image().set("User", user).build());
    node.pull(image);
    String pod = node.pod("imageuser");
    refused(
        Code.INVALID_ARGUMENT, () -> node.create(pod, Pods.container("bad", image, "true")), word);
  }

  static Stream<Arguments> users() {
    return Stream.of(
        Arguments.of("ghost", "ghost"),
        Arguments.of("root:ghosts", "ghosts"),
        Arguments.of("4294967296", "4294967296"),
        Arguments.of("-1", "-1"),
        Arguments.of("2147483648", "2147483648"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.berth.e2e.BadRequests#pods")
  void aPodIsRefused(
      String what, String handler, Consumer<PodSandboxConfig.Builder> change, String[] words) {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("refused");
    change.accept(config);
    RunPodSandboxRequest request =
        RunPodSandboxRequest.newBuilder().setConfig(config).setRuntimeHandler(handler).build();
    refused(Code.INVALID_ARGUMENT, () -> node.runtime().runPodSandbox(request), words);
    assertThat(
            node.runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsList())
        .as(what)
        .isEmpty();
  }

  @Test
  void aRunningPodsNameIsTakenForAnotherConfig() {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("taken");
    String pod = node.pod(config.build());
    assertThat(node.pod(config.build())).isEqualTo(pod);
    refused(Code.ALREADY_EXISTS, () -> node.pod(config.putLabels("more", "yes").build()), pod);
  }

  @Test
  void whatOnlyExecFindsOutIsTheStartsError() {
    Node node = BED.node();
    ContainerConfig.Builder much = Node.shell("much", "true").addArgs("x".repeat(200_000));
    String container = node.create(node.pod("much"), much);
    refused(
        Code.INVALID_ARGUMENT, () -> node.start(container), "config.command", "/bin/sh", "E2BIG");
    assertThat(node.status(container).getReason()).isEqualTo("StartError");
  }

  @Test
  void aContainerInAPodThatWasStoppedIsRefused() {
    Node node = BED.node();
    String pod = node.pod("stopped");
    node.stopPod(pod);
    refused(Code.FAILED_PRECONDITION, () -> node.create(pod, Node.shell("late", "true")), pod);
  }

  @Test
  void execInAContainerThatDoesNotRunIsRefused() {
    Node node = BED.node();
    String created = node.create(node.pod("idle"), Node.shell("main", "true"));
    refused(Code.FAILED_PRECONDITION, () -> node.exec(created, "true"), created);
    node.start(created).awaitExit(created);
    refused(Code.FAILED_PRECONDITION, () -> node.exec(created, "true"), created);
    refused(Code.FAILED_PRECONDITION, () -> node.start(created), created);
  }
}
