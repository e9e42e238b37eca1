package dev.berth.state;

import dev.berth.cri.v1.ContainerResources;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.ContainerUser;
import dev.berth.cri.v1.ImageSpec;
import dev.berth.cri.v1.LinuxPodSandboxStatus;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.Namespace;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.PodIP;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.PodSandboxNetworkStatus;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.cri.v1.PodSandboxStatus;
import dev.berth.network.Attachment;
import dev.berth.state.ContainerState.Ended;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.MountedImage;
import dev.berth.state.v1.SandboxRecord;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Pods and containers in the CRI's words. Pure: reads states, changes nothing. */
public final class StatusViews {
  private StatusViews() {}

  /** Whether a pod is made far enough to be shown to clients. */
  public static boolean shown(Sandbox sandbox) {
    return !(sandbox.state() instanceof SandboxState.Starting);
  }

  /** Whether a container is made far enough to be shown to clients. */
  public static boolean shown(Container container) {
    return !(container.state() instanceof ContainerState.Making);
  }

  /** READY only while containers can be made in it. */
  public static PodSandboxState state(Sandbox sandbox) {
    return sandbox.state() instanceof SandboxState.Up
        ? PodSandboxState.SANDBOX_READY
        : PodSandboxState.SANDBOX_NOTREADY;
  }

  /** A pod as it stands in a list. */
  public static PodSandbox item(Sandbox sandbox) {
    SandboxRecord born = sandbox.born();
    return PodSandbox.newBuilder()
        .setId(born.getId())
        .setMetadata(born.getConfig().getMetadata())
        .setState(state(sandbox))
        .setCreatedAt(born.getCreatedAt())
        .putAllLabels(born.getConfig().getLabelsMap())
        .putAllAnnotations(born.getConfig().getAnnotationsMap())
        .setRuntimeHandler(born.getRuntimeHandler())
        .build();
  }

  /** A pod's status. */
  public static PodSandboxStatus status(Sandbox sandbox) {
    SandboxRecord born = sandbox.born();
    return PodSandboxStatus.newBuilder()
        .setId(born.getId())
        .setMetadata(born.getConfig().getMetadata())
        .setState(state(sandbox))
        .setCreatedAt(born.getCreatedAt())
        .setNetwork(network(sandbox))
        .setLinux(LinuxPodSandboxStatus.newBuilder().setNamespaces(namespaces(born)))
        .putAllLabels(born.getConfig().getLabelsMap())
        .putAllAnnotations(born.getConfig().getAnnotationsMap())
        .setRuntimeHandler(born.getRuntimeHandler())
        .build();
  }

  private static Namespace namespaces(SandboxRecord born) {
    NamespaceOption options =
        born.getConfig().getLinux().getSecurityContext().getNamespaceOptions();
    return Namespace.newBuilder().setOptions(options).build();
  }

  private static PodSandboxNetworkStatus network(Sandbox sandbox) {
    PodSandboxNetworkStatus.Builder out = PodSandboxNetworkStatus.newBuilder();
    Attachment attachment = sandbox.attachment();
    if (attachment == null) {
      return out.build();
    }
    List<InetAddress> ips = attachment.ips();
    if (!ips.isEmpty()) {
      out.setIp(ips.getFirst().getHostAddress());
      for (InetAddress more : ips.subList(1, ips.size())) {
        out.addAdditionalIps(PodIP.newBuilder().setIp(more.getHostAddress()));
      }
    }
    return out.build();
  }

  /** The CRI's name of a container's state. */
  public static dev.berth.cri.v1.ContainerState state(Container container) {
    ContainerState state = container.state();
    if (state instanceof Ended) {
      return dev.berth.cri.v1.ContainerState.CONTAINER_EXITED;
    }
    return state instanceof ContainerState.Running
        ? dev.berth.cri.v1.ContainerState.CONTAINER_RUNNING
        : dev.berth.cri.v1.ContainerState.CONTAINER_CREATED;
  }

  /** A container as it stands in a list. */
  public static dev.berth.cri.v1.Container item(Container container) {
    ContainerRecord born = container.born();
    dev.berth.cri.v1.Container.Builder out =
        dev.berth.cri.v1.Container.newBuilder()
            .setId(born.getId())
            .setPodSandboxId(born.getSandboxId())
            .setMetadata(born.getConfig().getMetadata())
            .setImage(image(born))
            .setImageRef(born.getImageId())
            .setImageId(born.getImageId())
            .setState(state(container))
            .setCreatedAt(born.getCreatedAt())
            .putAllLabels(born.getConfig().getLabelsMap())
            .putAllAnnotations(born.getConfig().getAnnotationsMap());
    return out.build();
  }

  /**
   * A container's status.
   *
   * @param logPath the absolute path of its log, empty without one
   */
  public static ContainerStatus status(Container container, String logPath) {
    ContainerRecord born = container.born();
    ContainerState state = container.state();
    ContainerStatus.Builder out =
        ContainerStatus.newBuilder()
            .setId(born.getId())
            .setMetadata(born.getConfig().getMetadata())
            .setState(state(container))
            .setCreatedAt(born.getCreatedAt())
            .setImage(image(born))
            .setImageRef(born.getImageId())
            .setImageId(born.getImageId())
            .putAllLabels(born.getConfig().getLabelsMap())
            .putAllAnnotations(born.getConfig().getAnnotationsMap())
            .addAllMounts(mounts(born))
            .setLogPath(logPath)
            .setStopSignal(Signals.named(born.getStopSignal()))
            .setResources(ContainerResources.newBuilder().setLinux(container.resources()))
            .setUser(ContainerUser.newBuilder().setLinux(born.getUser()));
    if (!(state instanceof ContainerState.Starting)) {
      out.setStartedAt(state.startedAt());
    }
    if (state instanceof Ended ended) {
      out.setFinishedAt(ended.finishedAt())
          .setExitCode(ended.exitCode())
          .setReason(ended.reason())
          .setMessage(ended.message());
    }
    return out.build();
  }

  /** As they were asked for; those of images say which one it was. */
  private static List<Mount> mounts(ContainerRecord born) {
    List<Mount> mounts = new ArrayList<>(born.getConfig().getMountsList());
    for (MountedImage image : born.getMountedImagesList()) {
      Mount.Builder mount = mounts.get(image.getMount()).toBuilder();
      mount.getImageBuilder().setImageRef(image.getImageRef());
      mounts.set(image.getMount(), mount.build());
    }
    return mounts;
  }

  private static ImageSpec image(ContainerRecord born) {
    ImageSpec asked = born.getConfig().getImage();
    String name = asked.getUserSpecifiedImage();
    return asked.toBuilder().setImage(name.isEmpty() ? asked.getImage() : name).build();
  }
}
