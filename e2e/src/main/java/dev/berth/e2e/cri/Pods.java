package dev.berth.e2e.cri;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerMetadata;
import dev.berth.cri.v1.ImageSpec;
import dev.berth.cri.v1.LinuxPodSandboxConfig;
import dev.berth.cri.v1.LinuxSandboxSecurityContext;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Requests as a kubelet fills them in for ordinary pods. */
public final class Pods {
  private Pods() {}

  /** A pod of a fresh identity with a PID namespace for each container, as the kubelet asks. */
  public static PodSandboxConfig.Builder pod(String name, Path logDirectory) {
    NamespaceOption.Builder namespaces =
        NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER);
    return PodSandboxConfig.newBuilder()
        .setMetadata(
            PodSandboxMetadata.newBuilder()
                .setName(name)
                .setNamespace("e2e")
                .setUid(UUID.randomUUID().toString()))
        .setHostname(name)
        .setLogDirectory(logDirectory.toString())
        .putLabels("app", name)
        .setLinux(
            LinuxPodSandboxConfig.newBuilder()
                .setSecurityContext(
                    LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(namespaces)));
  }

  /** A container whose log is {@code NAME.log} in the pod's folder. */
  public static ContainerConfig.Builder container(String name, String image, String... command) {
    ContainerConfig.Builder container =
        ContainerConfig.newBuilder()
            .setMetadata(ContainerMetadata.newBuilder().setName(name))
            .setImage(image(image))
            .addAllCommand(List.of(command))
            .setLogPath(name + ".log")
            .putLabels("part", name);
    container
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setPid(NamespaceMode.CONTAINER);
    return container;
  }

  /** An image by its name. */
  public static ImageSpec image(String name) {
    return ImageSpec.newBuilder().setImage(name).setUserSpecifiedImage(name).build();
  }
}
