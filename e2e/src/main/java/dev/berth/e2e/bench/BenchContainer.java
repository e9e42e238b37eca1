package dev.berth.e2e.bench;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.ReopenContainerLogRequest;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import java.nio.file.Path;

/** One pod with one container in it, for a benchmark. */
final class BenchContainer implements AutoCloseable {
  private final CriClient client;
  private final String pod;
  private final String id;

  private BenchContainer(CriClient client, String pod, String id) {
    this.client = client;
    this.pod = pod;
    this.id = id;
  }

  /**
   * Starts it in a pod of its own.
   *
   * @param logs the pod's folder of logs
   */
  static BenchContainer start(CriClient client, ContainerConfig.Builder container, Path logs) {
    PodSandboxConfig config = Pods.pod(container.getMetadata().getName(), logs).build();
    String pod =
        client
            .runtime()
            .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(config).build())
            .getPodSandboxId();
    String id =
        client
            .runtime()
            .createContainer(
                CreateContainerRequest.newBuilder()
                    .setPodSandboxId(pod)
                    .setConfig(container)
                    .setSandboxConfig(config)
                    .build())
            .getContainerId();
    var _ =
        client
            .runtime()
            .startContainer(StartContainerRequest.newBuilder().setContainerId(id).build());
    return new BenchContainer(client, pod, id);
  }

  String pod() {
    return pod;
  }

  String id() {
    return id;
  }

  Path log() {
    return Path.of(status().getLogPath());
  }

  boolean runs() {
    return status().getState() == ContainerState.CONTAINER_RUNNING;
  }

  private ContainerStatus status() {
    return client
        .runtime()
        .containerStatus(ContainerStatusRequest.newBuilder().setContainerId(id).build())
        .getStatus();
  }

  void reopenLog() {
    var _ =
        client
            .runtime()
            .reopenContainerLog(ReopenContainerLogRequest.newBuilder().setContainerId(id).build());
  }

  @Override
  public void close() {
    var _ =
        client
            .runtime()
            .stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
    var _ =
        client
            .runtime()
            .removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
  }
}
