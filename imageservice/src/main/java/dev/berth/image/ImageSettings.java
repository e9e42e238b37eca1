package dev.berth.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How images are kept and pulled.
 *
 * @param root the store's directory, absolute; made if missing
 * @param registryConfigPath folder of {@code HOST/hosts.toml}; need not exist
 * @param parallelLayers layers of one pull that are fetched and unpacked at once
 * @param parallelUnpacks layers of all pulls that are unpacked at once
 * @param connectTimeout the longest a connection to a registry may take to stand
 * @param stallTimeout the longest a registry may send nothing before the pull ends
 * @param pinned references of images that the kubelet must not garbage collect
 */
public record ImageSettings(
    Path root,
    Path registryConfigPath,
    int parallelLayers,
    int parallelUnpacks,
    Duration connectTimeout,
    Duration stallTimeout,
    List<String> pinned) {

  public ImageSettings {
    pinned = List.copyOf(pinned);
  }

  /** The usual settings for a store and a hosts folder. */
  public static ImageSettings of(Path root, Path registryConfigPath) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new ImageSettings(
        root,
        registryConfigPath,
        Math.max(3, cores),
        Math.max(6, 2 * cores),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        List.of());
  }
}
