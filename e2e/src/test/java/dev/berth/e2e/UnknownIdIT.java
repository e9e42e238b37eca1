package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.ImageStatusRequest;
import dev.berth.cri.v1.LinuxPodSandboxConfig;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxStatusRequest;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.cri.v1.ReopenContainerLogRequest;
import dev.berth.e2e.cri.Pods;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ids that nobody has: refused, except by Stop and Remove, which have nothing left to do. */
class UnknownIdIT {
  private static final String NOBODY = "0123456789abcdef".repeat(4);

  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void stopAndRemoveSucceed() {
    Node node = BED.node();
    assertThatCode(() -> node.stopPod(NOBODY).removePod(NOBODY).stop(NOBODY, 1).remove(NOBODY))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                node.images()
                    .removeImage(
                        RemoveImageRequest.newBuilder()
                            .setImage(Pods.image("registry.k8s.io/e2e/nothing:1"))
                            .build()))
        .doesNotThrowAnyException();
  }

  @Test
  void stopAndRemoveSucceedTwice() {
    Node node = BED.node();
    String pod = node.pod("twice");
    String container = node.sleeper(pod, "main");
    node.stop(container, 5).stop(container, 5).remove(container).remove(container);
    node.stopPod(pod).stopPod(pod).removePod(pod).removePod(pod).stopPod(pod);
  }

  @Test
  void otherCallsSayNotFound() {
    Node node = BED.node();
    refused(
        Code.NOT_FOUND,
        () ->
            node.runtime()
                .podSandboxStatus(
                    PodSandboxStatusRequest.newBuilder().setPodSandboxId(NOBODY).build()),
        NOBODY);
    refused(
        Code.NOT_FOUND,
        () ->
            node.runtime()
                .containerStatus(
                    ContainerStatusRequest.newBuilder().setContainerId(NOBODY).build()),
        NOBODY);
    refused(Code.NOT_FOUND, () -> node.start(NOBODY), NOBODY);
    refused(Code.NOT_FOUND, () -> node.exec(NOBODY, "true"), NOBODY);
    refused(
        Code.NOT_FOUND,
        () ->
            node.runtime()
                .reopenContainerLog(
                    ReopenContainerLogRequest.newBuilder().setContainerId(NOBODY).build()),
        NOBODY);
    refused(
        Code.NOT_FOUND,
        () ->
            node.runtime()
                .createContainer(
                    CreateContainerRequest.newBuilder()
                        .setPodSandboxId(NOBODY)
                        .setConfig(Node.shell("orphan", "true"))
                        .setSandboxConfig(node.podConfig("orphan"))
                        .build()),
        NOBODY);
  }

  @Test
  void anImageThatIsNotThereHasNoStatus() {
    assertThat(
            BED.node()
                .images()
                .imageStatus(
                    ImageStatusRequest.newBuilder()
                        .setImage(Pods.image("registry.k8s.io/e2e/nothing:1"))
                        .build())
                .hasImage())
        .isFalse();
  }

  @Test
  void aPrefixOfOneIdIsEnoughAndOfTwoIsNot() {
    Node node = BED.node();
    String first = node.pod("prefix-0");
    assertThat(node.podStatus(first.substring(0, 20)).getId()).isEqualTo(first);
    for (int i = 1; i <= 16; i++) { // among 17 ids two begin alike
      node.pod(node.podConfig("prefix-" + i).setLinux(hostNetwork()).build());
    }
    String shared = sharedPrefix();
    refused(Code.INVALID_ARGUMENT, () -> node.podStatus(shared), "\"" + shared + "\"");
  }

  private static LinuxPodSandboxConfig hostNetwork() {
    var linux = Pods.pod("x", Path.of("/")).getLinuxBuilder();
    linux.getSecurityContextBuilder().getNamespaceOptionsBuilder().setNetwork(NamespaceMode.NODE);
    return linux.build();
  }

  private static String sharedPrefix() {
    var seen = new HashSet<String>();
    return BED
        .node()
        .runtime()
        .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
        .getItemsList()
        .stream()
        .map(pod -> pod.getId().substring(0, 1))
        .filter(prefix -> !seen.add(prefix))
        .findFirst()
        .orElseThrow();
  }
}
