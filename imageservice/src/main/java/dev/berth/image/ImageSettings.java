package dev.berth.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How images are kept and pulled.
 *
 * @param root the store's directory, absolute; made if missing
 * @param registryConfigPath folder of {@code HOST/hosts.toml}; need not exist
 * @param credentialFile credentials by host, in docker's format; empty for none
 * @param environment where proxies are named
 * @param parallelPulls pulls at once; the others wait
 * @param parallelLayers layers of one pull that are fetched and unpacked at once
 * @param parallelUnpacks layers of all pulls that are unpacked at once
 * @param resumeFrom bytes of the smallest layer that a later pull goes on with; 0 for none
 * @param keepBlobs whether layers stay as they came, beside being unpacked: for export
 * @param verifierFolder programs that are asked before an image is pulled; empty for nobody
 * @param verifierTimeout the longest one of them may take
 * @param connectTimeout the longest a connection to a registry may take to stand
 * @param stallTimeout the longest a registry may send nothing before the pull ends
 * @param pinned patterns of names of images that the kubelet must not garbage collect; see {@link
 *     dev.berth.image.store.PinnedNames}
 */
public record ImageSettings(
    Path root,
    Path registryConfigPath,
    Optional<Path> credentialFile,
    Map<String, String> environment,
    int parallelPulls,
    int parallelLayers,
    int parallelUnpacks,
    long resumeFrom,
    boolean keepBlobs,
    Optional<Path> verifierFolder,
    Duration verifierTimeout,
    Duration connectTimeout,
    Duration stallTimeout,
    List<String> pinned) {

  public ImageSettings {
    environment = Map.copyOf(environment);
    pinned = List.copyOf(pinned);
  }

  /** Layers of one pull at once on a machine like this. */
  public static int layersAtOnce() {
    return Math.max(3, Runtime.getRuntime().availableProcessors());
  }

  /** Layers of all pulls at once on a machine like this. */
  public static int unpacksAtOnce() {
    return Math.max(6, 2 * Runtime.getRuntime().availableProcessors());
  }
}
