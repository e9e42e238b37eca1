package dev.berth.image;

import dev.berth.image.reference.ImageId;
import java.util.List;

/**
 * An image on this node, whole and usable.
 *
 * @param id the digest of its config; of its manifest for an artifact, which has files in place of
 *     layers and nothing to run
 * @param repoTags names with a tag, fully written out: {@code docker.io/library/busybox:1.36}
 * @param repoDigests names with a digest of the manifest or index that was asked for: {@code
 *     docker.io/library/busybox@sha256:…}
 * @param size bytes of its manifest, config and (compressed) layers as the registry states them
 * @param config what a container made from it starts with
 * @param pinned whether the kubelet's garbage collection must leave it alone
 */
public record Image(
    ImageId id,
    List<String> repoTags,
    List<String> repoDigests,
    long size,
    ImageConfig config,
    boolean pinned) {

  public Image {
    repoTags = List.copyOf(repoTags);
    repoDigests = List.copyOf(repoDigests);
  }
}
