package dev.berth.image.document;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The media types Berth understands, OCI and Docker schema 2, by what they are for. */
public enum MediaType {
  INDEX,
  MANIFEST,
  CONFIG,
  LAYER_PLAIN,
  LAYER_GZIP,
  LAYER_ZSTD;

  /** What a request for a manifest accepts, best first. */
  public static final String ACCEPT =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
          + "application/vnd.docker.distribution.manifest.list.v2+json, "
          + "application/vnd.docker.distribution.manifest.v2+json";

  private static final Map<String, MediaType> NAMES =
      Map.ofEntries(
          Map.entry("application/vnd.oci.image.index.v1+json", INDEX),
          Map.entry("application/vnd.docker.distribution.manifest.list.v2+json", INDEX),
          Map.entry("application/vnd.oci.image.manifest.v1+json", MANIFEST),
          Map.entry("application/vnd.docker.distribution.manifest.v2+json", MANIFEST),
          Map.entry("application/vnd.oci.image.config.v1+json", CONFIG),
          Map.entry("application/vnd.docker.container.image.v1+json", CONFIG),
          Map.entry("application/vnd.oci.image.layer.v1.tar", LAYER_PLAIN),
          Map.entry("application/vnd.docker.image.rootfs.diff.tar", LAYER_PLAIN),
          Map.entry("application/vnd.oci.image.layer.v1.tar+gzip", LAYER_GZIP),
          Map.entry("application/vnd.docker.image.rootfs.diff.tar.gzip", LAYER_GZIP),
          Map.entry("application/vnd.oci.image.layer.v1.tar+zstd", LAYER_ZSTD),
          Map.entry("application/vnd.docker.image.rootfs.diff.tar.zstd", LAYER_ZSTD));

  /** Reads a media type, with or without parameters; empty when it is none of ours. */
  public static Optional<MediaType> parse(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    int semicolon = text.indexOf(';');
    String bare = semicolon < 0 ? text : text.substring(0, semicolon);
    return Optional.ofNullable(NAMES.get(bare.strip()));
  }

  /** Whether this is a layer. */
  public boolean isLayer() {
    return this == LAYER_PLAIN || this == LAYER_GZIP || this == LAYER_ZSTD;
  }
}
