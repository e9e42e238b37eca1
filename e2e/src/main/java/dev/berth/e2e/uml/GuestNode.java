package dev.berth.e2e.uml;

import dev.berth.cri.v1.Container;
import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The calls that power cuts interrupt. Pods are on the host's network. */
final class GuestNode implements AutoCloseable {
  private static final long EXIT_SECONDS = 60;

  private final CriClient client;
  private final Path logs;

  GuestNode(CriClient client, Path logs) {
    this.client = client;
    this.logs = logs;
  }

  void pull(int image) {
    var _ =
        client
            .images()
            .pullImage(
                PullImageRequest.newBuilder()
                    .setImage(Pods.image(WholeImages.name(image)))
                    .build());
  }

  void remove(int image) {
    var _ =
        client
            .images()
            .removeImage(
                RemoveImageRequest.newBuilder()
                    .setImage(Pods.image(WholeImages.name(image)))
                    .build());
  }

  /** The numbers of the images that are there. */
  Set<Integer> images() {
    List<Image> listed =
        client.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList();
    Set<Integer> there = new TreeSet<>();
    for (int image = 0; image < WholeImages.COUNT; image++) {
      String name = WholeImages.name(image);
      if (listed.stream().anyMatch(each -> each.getRepoTagsList().contains(name))) {
        there.add(image);
      }
    }
    return there;
  }

  List<PodSandbox> pods() {
    return client
        .runtime()
        .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
        .getItemsList();
  }

  List<Container> containers() {
    return client
        .runtime()
        .listContainers(ListContainersRequest.getDefaultInstance())
        .getContainersList();
  }

  void removePod(String pod) {
    var _ =
        client
            .runtime()
            .stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
    var _ =
        client
            .runtime()
            .removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
  }

  /** Starts a pod with one container of an image. */
  Started start(int image, String script) {
    PodSandboxConfig.Builder config = Pods.pod("cut-" + image, logs);
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setNetwork(NamespaceMode.NODE);
    String pod =
        client
            .runtime()
            .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(config).build())
            .getPodSandboxId();
    ContainerConfig.Builder wanted =
        Pods.container("main", WholeImages.name(image), "sh", "-c", script);
    String container =
        client
            .runtime()
            .createContainer(
                CreateContainerRequest.newBuilder()
                    .setPodSandboxId(pod)
                    .setConfig(wanted)
                    .setSandboxConfig(config)
                    .build())
            .getContainerId();
    var _ =
        client
            .runtime()
            .startContainer(StartContainerRequest.newBuilder().setContainerId(container).build());
    return new Started(pod, container);
  }

  /** Waits for a container's end and gives its exit code. */
  int exitCode(String container) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(EXIT_SECONDS);
    while (System.nanoTime() < deadline) {
      ContainerStatus status =
          client
              .runtime()
              .containerStatus(
                  ContainerStatusRequest.newBuilder().setContainerId(container).build())
              .getStatus();
      if (status.getState() == ContainerState.CONTAINER_EXITED) {
        return status.getExitCode();
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new IOException("container " + container + " does not end");
  }

  @Override
  public void close() {
    client.close();
  }

  /** A pod and its container. */
  record Started(String pod, String container) {}
}
