package dev.berth.e2e;

import dev.berth.cri.v1.ContainerFilter;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxFilter;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.cri.v1.PodSandboxStateValue;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StopContainerRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One pod's life among others while things are killed. Like a kubelet it sends a request again that
 * the daemon's death left open; what fails for another reason spoils the life, which is stopped and
 * removed then. That must always go well.
 */
final class ChurnedPod {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 20;
  private static final int RUNS = 10;

  /** What a dead daemon and a call that died with it look like. */
  private static final Set<Code> AGAIN = Set.of(Code.UNAVAILABLE, Code.CANCELLED);

  /**
   * What is said of a pod or a container whose processes were killed: not a fault of the daemon's
   * own, which has another code.
   */
  private static final Set<Code> KILLED =
      Set.of(Code.FAILED_PRECONDITION, Code.ABORTED, Code.NOT_FOUND, Code.UNAVAILABLE);

  private final CriClient client;
  private final PodSandboxConfig config;
  private final boolean execs;

  ChurnedPod(CriClient client, int number, Path logs) {
    this.client = client;
    this.config = Pods.pod("churn-" + number, logs).build();
    this.execs = number % 3 == 0;
  }

  /**
   * Lives it to its end.
   *
   * @return whether nothing was killed under it
   * @throws AssertionError when it fails in a way that no kill explains
   */
  boolean live() {
    String pod = run();
    boolean whole = use(pod);
    end("stop of pod " + pod, () -> client.runtime().stopPodSandbox(stop(pod)));
    end("removal of pod " + pod, () -> client.runtime().removePodSandbox(remove(pod)));
    return whole;
  }

  /**
   * A shim may be killed while its pod is made: the same request must then make another. Where a
   * daemon made the pod but died before it answered, and the shim was killed too, a pod is left
   * that is not ready and keeps its name: like a kubelet this removes it first.
   */
  private String run() {
    RunPodSandboxRequest request = RunPodSandboxRequest.newBuilder().setConfig(config).build();
    for (int tries = 1; ; tries++) {
      try {
        return again(() -> client.runtime().runPodSandbox(request)).getPodSandboxId();
      } catch (StatusRuntimeException e) {
        if (tries == RUNS) {
          throw new AssertionError("pod " + config.getMetadata().getName() + " cannot be run", e);
        }
        if (e.getStatus().getCode() == Code.ALREADY_EXISTS) {
          removeDeadOnes();
        }
      }
    }
  }

  private void removeDeadOnes() {
    PodSandboxFilter dead =
        PodSandboxFilter.newBuilder()
            .setState(PodSandboxStateValue.newBuilder().setState(PodSandboxState.SANDBOX_NOTREADY))
            .build();
    again(() -> client.runtime().listPodSandbox(list(dead))).getItemsList().stream()
        .filter(pod -> pod.getMetadata().equals(config.getMetadata()))
        .forEach(
            pod ->
                end(
                    "removal of dead pod " + pod.getId(),
                    () -> client.runtime().removePodSandbox(remove(pod.getId()))));
  }

  private static ListPodSandboxRequest list(PodSandboxFilter filter) {
    return ListPodSandboxRequest.newBuilder().setFilter(filter).build();
  }

  private boolean use(String pod) {
    try {
      String container = container(pod);
      var _ = again(() -> client.runtime().startContainer(start(container)));
      if (execs) {
        var _ = again(() -> client.runtime().execSync(exec(container)));
      }
      var _ = again(() -> client.runtime().stopContainer(stopContainer(container)));
      return true;
    } catch (StatusRuntimeException e) {
      if (!KILLED.contains(e.getStatus().getCode())) {
        throw new AssertionError("in pod " + pod + ": " + e.getMessage(), e);
      }
      return false;
    }
  }

  /** A daemon that died before it answered may have made the container, which is used then. */
  private String container(String pod) {
    try {
      return again(() -> client.runtime().createContainer(create(pod))).getContainerId();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Code.ALREADY_EXISTS) {
        throw e;
      }
    }
    ContainerFilter ofPod = ContainerFilter.newBuilder().setPodSandboxId(pod).build();
    ListContainersRequest list = ListContainersRequest.newBuilder().setFilter(ofPod).build();
    return again(() -> client.runtime().listContainers(list)).getContainers(0).getId();
  }

  private static void end(String what, Supplier<?> request) {
    try {
      var _ = again(request);
    } catch (StatusRuntimeException e) {
      throw new AssertionError(what + " failed", e);
    }
  }

  private static <T> T again(Supplier<T> request) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return request.get();
      } catch (StatusRuntimeException e) {
        if (!AGAIN.contains(e.getStatus().getCode()) || System.nanoTime() > deadline) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private CreateContainerRequest create(String pod) {
    return CreateContainerRequest.newBuilder()
        .setPodSandboxId(pod)
        .setConfig(Pods.container("main", TestImages.BUSYBOX, "sleep", "3600"))
        .setSandboxConfig(config)
        .build();
  }

  private static StartContainerRequest start(String container) {
    return StartContainerRequest.newBuilder().setContainerId(container).build();
  }

  private static ExecSyncRequest exec(String container) {
    return ExecSyncRequest.newBuilder()
        .setContainerId(container)
        .addCmd("true")
        .setTimeout(20)
        .build();
  }

  private static StopContainerRequest stopContainer(String container) {
    return StopContainerRequest.newBuilder().setContainerId(container).build();
  }

  private static StopPodSandboxRequest stop(String pod) {
    return StopPodSandboxRequest.newBuilder().setPodSandboxId(pod).build();
  }

  private static RemovePodSandboxRequest remove(String pod) {
    return RemovePodSandboxRequest.newBuilder().setPodSandboxId(pod).build();
  }
}
