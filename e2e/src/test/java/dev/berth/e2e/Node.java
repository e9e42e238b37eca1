package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.berth.cri.v1.Container;
import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.ExecSyncResponse;
import dev.berth.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxStatus;
import dev.berth.cri.v1.PodSandboxStatusRequest;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.RemoveContainerRequest;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.RuntimeCondition;
import dev.berth.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.cri.v1.StopContainerRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.LogLine;
import dev.berth.e2e.cri.Pods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A daemon's socket with the calls that most tests make, in the words of tests. */
final class Node implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final CriClient client;
  private final Path logs;
  private final Map<String, PodSandboxConfig> pods = new ConcurrentHashMap<>();

  Node(CriClient client, Path logs) {
    this.client = client;
    this.logs = logs;
  }

  RuntimeServiceBlockingStub runtime() {
    return client.runtime();
  }

  ImageServiceBlockingStub images() {
    return client.images();
  }

  CriClient client() {
    return client;
  }

  /**
   * A pod's config, not sent yet, with a log folder that exists. The system property {@code
   * berth.e2e.network=host} puts it on the host's network, for kernels without a packet filter.
   */
  PodSandboxConfig.Builder podConfig(String name) {
    PodSandboxConfig.Builder config = Pods.pod(name, logs);
    Path folder = logs.resolve(name + "-" + config.getMetadata().getUid());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("making the log folder " + folder, e);
    }
    if ("host".equals(System.getProperty("berth.e2e.network"))) {
      config
          .getLinuxBuilder()
          .getSecurityContextBuilder()
          .getNamespaceOptionsBuilder()
          .setNetwork(NamespaceMode.NODE);
    }
    return config.setLogDirectory(folder.toString());
  }

  /** Runs a pod of this name. */
  String pod(String name) {
    return pod(podConfig(name).build());
  }

  /** Runs a pod. */
  String pod(PodSandboxConfig config) {
    return podWith("", config);
  }

  /** Runs a pod of a runtime handler. */
  String podWith(String handler, PodSandboxConfig config) {
    RunPodSandboxRequest request =
        RunPodSandboxRequest.newBuilder().setConfig(config).setRuntimeHandler(handler).build();
    String id = runtime().runPodSandbox(request).getPodSandboxId();
    pods.put(id, config);
    return id;
  }

  /** The config that a pod was run from. */
  PodSandboxConfig configOf(String pod) {
    PodSandboxConfig config = pods.get(pod);
    if (config == null) {
      throw new IllegalArgumentException("pod " + pod + " was not run here");
    }
    return config;
  }

  /** One of the conditions of the node's Status, by its type. */
  RuntimeCondition condition(String type) {
    return runtime()
        .status(StatusRequest.getDefaultInstance())
        .getStatus()
        .getConditionsList()
        .stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  PodSandboxStatus podStatus(String pod) {
    return runtime()
        .podSandboxStatus(PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod).build())
        .getStatus();
  }

  @CanIgnoreReturnValue
  Node stopPod(String pod) {
    runtime().stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
    return this;
  }

  @CanIgnoreReturnValue
  Node removePod(String pod) {
    runtime().removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
    return this;
  }

  /** Creates a container. */
  String create(String pod, ContainerConfig.Builder config) {
    return runtime()
        .createContainer(
            CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod)
                .setConfig(config)
                .setSandboxConfig(configOf(pod))
                .build())
        .getContainerId();
  }

  @CanIgnoreReturnValue
  Node start(String container) {
    runtime().startContainer(StartContainerRequest.newBuilder().setContainerId(container).build());
    return this;
  }

  /** Creates a container and starts it. */
  String run(String pod, ContainerConfig.Builder config) {
    String container = create(pod, config);
    start(container);
    return container;
  }

  /** A started container that sleeps until it is told to end. */
  String sleeper(String pod, String name) {
    return run(pod, shell(name, "trap 'exit 0' TERM; while :; do sleep 0.05; done"));
  }

  /** A started container that does not end for SIGTERM, and has already said so. */
  String deaf(String pod) {
    String container =
        run(pod, shell("deaf", "trap '' TERM; echo up; while :; do sleep 0.05; done"));
    awaitLog(container, 1);
    return container;
  }

  /** All pods that the daemon lists. */
  List<PodSandbox> pods() {
    return runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList();
  }

  /** All containers that the daemon lists. */
  List<Container> containers() {
    return runtime().listContainers(ListContainersRequest.getDefaultInstance()).getContainersList();
  }

  /** A container of the busybox image that runs a shell script. */
  static ContainerConfig.Builder shell(String name, String script) {
    return Pods.container(name, TestImages.BUSYBOX, "sh", "-c", script);
  }

  ContainerStatus status(String container) {
    return runtime()
        .containerStatus(ContainerStatusRequest.newBuilder().setContainerId(container).build())
        .getStatus();
  }

  @CanIgnoreReturnValue
  Node stop(String container, long seconds) {
    runtime()
        .stopContainer(
            StopContainerRequest.newBuilder()
                .setContainerId(container)
                .setTimeout(seconds)
                .build());
    return this;
  }

  @CanIgnoreReturnValue
  Node remove(String container) {
    runtime()
        .removeContainer(RemoveContainerRequest.newBuilder().setContainerId(container).build());
    return this;
  }

  /** Runs a command inside, for at most ten seconds. */
  ExecSyncResponse exec(String container, String... command) {
    return runtime()
        .execSync(
            ExecSyncRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(List.of(command))
                .setTimeout(10)
                .build());
  }

  /** What a shell script prints inside; it must succeed. */
  String sh(String container, String script) {
    ExecSyncResponse done = exec(container, "sh", "-c", script);
    assertThat(done.getExitCode()).as("%s: %s", script, done.getStderr().toStringUtf8()).isZero();
    return done.getStdout().toStringUtf8();
  }

  /** Waits until a container has exited. */
  ContainerStatus awaitExit(String container) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> status(container).getState() == ContainerState.CONTAINER_EXITED);
    return status(container);
  }

  /** Runs a container to its end and gives what it wrote to standard output. */
  String output(String pod, ContainerConfig.Builder config) {
    String container = run(pod, config);
    awaitExit(container);
    return LogLine.text(log(container), "stdout");
  }

  /** The log of a container as it is now. */
  List<LogLine> log(String container) {
    try {
      return LogLine.read(Path.of(status(container).getLogPath()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the log of " + container, e);
    }
  }

  /** Waits until a container's log has this many lines. */
  List<LogLine> awaitLog(String container, int lines) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> log(container).size() >= lines);
    return log(container);
  }

  /** Pulls an image and gives the reference that the runtime answers. */
  String pull(String name) {
    return images()
        .pullImage(PullImageRequest.newBuilder().setImage(Pods.image(name)).build())
        .getImageRef();
  }

  /** Stops and removes every pod of the node. */
  void removeAllPods() {
    for (PodSandbox pod : pods()) {
      stopPod(pod.getId());
      removePod(pod.getId());
    }
    pods.clear();
  }

  /** Not even of what the lists do not show. */
  void assertKnowsNothing() {
    StatusRequest verbose = StatusRequest.newBuilder().setVerbose(true).build();
    await()
        .untilAsserted(
            () ->
                assertThat(runtime().status(verbose).getInfoOrThrow("objects"))
                    .as("what the daemon has records of after the last pod was removed")
                    .isEqualTo("{\"pods\":0,\"containers\":0,\"records\":0}"));
  }

  /** Pulls the image of most tests and lets a first pod make what the first one makes. */
  void warm() {
    pull(TestImages.BUSYBOX);
    sleeper(pod("warm"), "warm");
    removeAllPods();
  }

  @Override
  public void close() {
    client.close();
  }
}
