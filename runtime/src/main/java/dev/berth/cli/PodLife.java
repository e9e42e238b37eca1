package dev.berth.cli;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerMetadata;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.ExecSyncResponse;
import dev.berth.cri.v1.ImageSpec;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxMetadata;
import dev.berth.cri.v1.RemoveContainerRequest;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StopContainerRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.daemon.HelloImage;
import dev.berth.rpc.CriChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * A pod of one container with the embedded image, from its start to its end, asked for as a kubelet
 * asks.
 */
final class PodLife {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LOG = "hello.log";

  /** The ids of what runs. */
  record Running(String pod, String container) {}

  private final CriChannel channel;
  private final PodSandboxConfig pod;

  /**
   * A pod that does not run yet.
   *
   * @param logs directory on the node for the container's log
   */
  PodLife(CriChannel channel, String name, Path logs) {
    this.channel = channel;
    var config =
        PodSandboxConfig.newBuilder()
            .setMetadata(
                PodSandboxMetadata.newBuilder()
                    .setName(name)
                    .setNamespace("berth")
                    .setUid(UUID.randomUUID().toString()))
            .setHostname(name)
            .setLogDirectory(logs.toString());
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setPid(NamespaceMode.CONTAINER);
    pod = config.build();
  }

  /** A stub whose calls have a deadline from now on. */
  RuntimeServiceBlockingStub runtime() {
    return RuntimeServiceGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(PATIENCE);
  }

  /** Where the container's log is. */
  Path log() {
    return Path.of(pod.getLogDirectory(), LOG);
  }

  /** Runs the pod: three calls. */
  Running start() {
    String id =
        runtime()
            .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(pod).build())
            .getPodSandboxId();
    String container =
        runtime()
            .createContainer(
                CreateContainerRequest.newBuilder()
                    .setPodSandboxId(id)
                    .setConfig(container())
                    .setSandboxConfig(pod)
                    .build())
            .getContainerId();
    runtime().startContainer(StartContainerRequest.newBuilder().setContainerId(container).build());
    return new Running(id, container);
  }

  /** Runs a subcommand of the program inside. */
  ExecSyncResponse exec(Running running, String subcommand) {
    return runtime()
        .execSync(
            ExecSyncRequest.newBuilder()
                .setContainerId(running.container())
                .addCmd(HelloImage.PROGRAM)
                .addCmd(subcommand)
                .setTimeout(10)
                .build());
  }

  /** Stops and removes the container and the pod. */
  void end(Running running) {
    var runtime = runtime();
    runtime.stopContainer(
        StopContainerRequest.newBuilder()
            .setContainerId(running.container())
            .setTimeout(5)
            .build());
    runtime.removeContainer(
        RemoveContainerRequest.newBuilder().setContainerId(running.container()).build());
    endPod(running.pod());
  }

  private void endPod(String id) {
    runtime().stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    runtime().removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
  }

  private static ContainerConfig container() {
    var config =
        ContainerConfig.newBuilder()
            .setMetadata(ContainerMetadata.newBuilder().setName("hello"))
            .setImage(
                ImageSpec.newBuilder()
                    .setImage(HelloImage.REFERENCE)
                    .setUserSpecifiedImage(HelloImage.REFERENCE))
            .setLogPath(LOG);
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setPid(NamespaceMode.CONTAINER);
    return config.build();
  }
}
