package dev.berth.e2e.bench;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RemoveContainerRequest;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StopContainerRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import java.nio.file.Path;

/**
 * One pod from run to removal, on a client that may be shared. Stop comes without a grace period:
 * what is measured is the runtime, not the workload's manners.
 *
 * @param client where to
 * @param image an image with {@code sleep} and {@code true}
 * @param handler the runtime handler
 * @param logs folder for the pods' logs
 */
record PodLife(CriClient client, String image, String handler, Path logs) {

  /** Lives it and gives the times. */
  Timings live(String name) {
    Timings times = new Timings();
    PodSandboxConfig config = Pods.pod(name, logs).build();
    long begun = System.nanoTime();
    String pod = times.time(Call.RUN, () -> run(config));
    String container = times.time(Call.CREATE, () -> create(pod, config));
    StartContainerRequest start = start(container);
    var _ = times.time(Call.START, () -> client.runtime().startContainer(start));
    times.sum(Call.READY, Call.RUN, Call.CREATE, Call.START);
    use(times, container);
    end(times, pod, container);
    times.set(Call.LIFE, System.nanoTime() - begun);
    return times;
  }

  /** Runs a pod with a started container and leaves it; gives the pod's id. */
  String stay(String name) {
    PodSandboxConfig config = Pods.pod(name, logs).build();
    String pod = run(config);
    var _ = client.runtime().startContainer(start(create(pod, config)));
    return pod;
  }

  /** Stops and removes a pod. */
  void leave(String pod) {
    var _ = client.runtime().stopPodSandbox(stop(pod));
    var _ = client.runtime().removePodSandbox(remove(pod));
  }

  private String run(PodSandboxConfig config) {
    return client
        .runtime()
        .runPodSandbox(
            RunPodSandboxRequest.newBuilder().setConfig(config).setRuntimeHandler(handler).build())
        .getPodSandboxId();
  }

  private String create(String pod, PodSandboxConfig config) {
    ContainerConfig.Builder container = Pods.container("main", image, "sleep", "3600");
    container.setLogPath(config.getMetadata().getName() + ".log");
    return client
        .runtime()
        .createContainer(
            CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod)
                .setConfig(container)
                .setSandboxConfig(config)
                .build())
        .getContainerId();
  }

  private void use(Timings times, String container) {
    ContainerStatusRequest status =
        ContainerStatusRequest.newBuilder().setContainerId(container).build();
    var _ = times.time(Call.STATUS, () -> client.runtime().containerStatus(status));
    ExecSyncRequest exec =
        ExecSyncRequest.newBuilder()
            .setContainerId(container)
            .addCmd("true")
            .setTimeout(10)
            .build();
    int code = times.time(Call.EXEC, () -> client.runtime().execSync(exec)).getExitCode();
    if (code != 0) {
      throw new IllegalStateException("true inside the container exited with " + code);
    }
  }

  private void end(Timings times, String pod, String container) {
    StopContainerRequest stop = StopContainerRequest.newBuilder().setContainerId(container).build();
    var _ = times.time(Call.STOP, () -> client.runtime().stopContainer(stop));
    RemoveContainerRequest remove =
        RemoveContainerRequest.newBuilder().setContainerId(container).build();
    var _ = times.time(Call.REMOVE, () -> client.runtime().removeContainer(remove));
    var _ = times.time(Call.STOP_POD, () -> client.runtime().stopPodSandbox(stop(pod)));
    var _ = times.time(Call.REMOVE_POD, () -> client.runtime().removePodSandbox(remove(pod)));
  }

  private static StartContainerRequest start(String container) {
    return StartContainerRequest.newBuilder().setContainerId(container).build();
  }

  private static StopPodSandboxRequest stop(String pod) {
    return StopPodSandboxRequest.newBuilder().setPodSandboxId(pod).build();
  }

  private static RemovePodSandboxRequest remove(String pod) {
    return RemovePodSandboxRequest.newBuilder().setPodSandboxId(pod).build();
  }
}
