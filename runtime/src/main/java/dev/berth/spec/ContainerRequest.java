package dev.berth.spec;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.image.ImageConfig;
import dev.berth.spec.user.AccountFiles;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a container's spec is made from.
 *
 * @param podId id of its pod
 * @param config what the client asks for
 * @param pod the config its pod was made from
 * @param image the image's config, hostile
 * @param accounts the image's account files, hostile
 * @param imageLayers absolute paths of the layers of the images among the mounts, topmost first, by
 *     the mount's place in the request
 * @param podFiles where the pod's files are
 * @param cgroupsPath its cgroup, for the spec's record only; null when not known yet
 */
public record ContainerRequest(
    String podId,
    ContainerConfig config,
    PodSandboxConfig pod,
    ImageConfig image,
    AccountFiles accounts,
    Map<Integer, List<String>> imageLayers,
    PodFiles podFiles,
    @Nullable String cgroupsPath) {

  public ContainerRequest {
    imageLayers = Map.copyOf(imageLayers);
  }
}
