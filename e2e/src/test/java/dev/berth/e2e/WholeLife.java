package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.cri.v1.UpdateContainerResourcesRequest;
import dev.berth.e2e.cri.Pods;
import java.util.function.Function;

/** The requests of one pod's life, from the pull to the removal of the image. */
final class WholeLife {
  private static final RemoveImageRequest REMOVE =
      RemoveImageRequest.newBuilder().setImage(Pods.image(TestImages.BUSYBOX)).build();

  /** Sends the requests. */
  interface Sender {
    /**
     * Sends one request.
     *
     * @param name of the request
     * @param next what a client sends when it failed
     */
    <T> T send(String name, Function<Node, T> request, Function<Node, T> next);
  }

  private final Sender sender;

  private WholeLife(Sender sender) {
    this.sender = sender;
  }

  /** Lives one life. */
  static void live(PodSandboxConfig config, Sender sender) {
    new WholeLife(sender).live(config);
  }

  /**
   * A pod whose life has the steps that only some have: here those of a limited bandwidth.
   *
   * @param name of the pod
   */
  static PodSandboxConfig config(Node node, String name) {
    return node.podConfig(name)
        .putAnnotations("kubernetes.io/ingress-bandwidth", "100M")
        .putAnnotations("kubernetes.io/egress-bandwidth", "100M")
        .build();
  }

  private void live(PodSandboxConfig config) {
    send("PullImage", n -> n.pull(TestImages.BUSYBOX));
    String pod = send("RunPodSandbox", n -> n.pod(config));
    String container = started(pod);
    send("ExecSync", n -> n.sh(container, "echo alive"));
    send("UpdateContainerResources", n -> update(n, container));
    send("Exec", n -> StreamedCalls.exec(n, container));
    send("Attach", n -> StreamedCalls.attach(n, container));
    send("StopContainer", n -> n.stop(container, 0));
    send("RemoveContainer", n -> n.remove(container));
    String running = sleeper(pod);
    send("StopPodSandbox", n -> n.stopPod(pod));
    assertThat(
            sender.<ContainerState>send("Status", n -> state(n, running), n -> state(n, running)))
        .isEqualTo(ContainerState.CONTAINER_EXITED);
    send("RemovePodSandbox", n -> n.removePod(pod));
    send("RemoveImage", n -> n.images().removeImage(REMOVE));
  }

  private <T> T send(String name, Function<Node, T> request) {
    return sender.send(name, request, request);
  }

  private static ContainerState state(Node node, String container) {
    return node.status(container).getState();
  }

  /** A container whose start failed has ended for good: a client makes the next attempt. */
  private String started(String pod) {
    String first = send("CreateContainer", n -> n.create(pod, talker("c", 0)));
    return sender.send(
        "StartContainer",
        n -> {
          n.start(first);
          return first;
        },
        n -> {
          if (state(n, first) == ContainerState.CONTAINER_RUNNING) {
            return first;
          }
          n.remove(first);
          return n.run(pod, talker("c", 1));
        });
  }

  /** A container that runs when its pod is stopped and is still there when that is removed. */
  private String sleeper(String pod) {
    String made = send("CreateContainer again", n -> n.create(pod, talker("d", 0)));
    return send(
        "StartContainer again",
        n -> {
          n.start(made);
          return made;
        });
  }

  private static ContainerConfig.Builder talker(String name, int attempt) {
    ContainerConfig.Builder config =
        Node.shell(name, "trap 'exit 0' TERM; while :; do echo tick; sleep 0.05; done");
    config.getMetadataBuilder().setAttempt(attempt);
    return config;
  }

  private static Object update(Node node, String container) {
    return node.runtime()
        .updateContainerResources(
            UpdateContainerResourcesRequest.newBuilder()
                .setContainerId(container)
                .setLinux(
                    LinuxContainerResources.newBuilder().setCpuShares(512).setOomScoreAdj(500))
                .build());
  }
}
