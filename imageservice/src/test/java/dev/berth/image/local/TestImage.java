package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.image.layer.TarBuilder;
import dev.berth.image.reference.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An image made by hand: its blobs by digest, its manifest, an index around it. */
final class TestImage {
  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";

  final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
  final List<Digest> layers = new ArrayList<>();
  final List<Digest> diffIds = new ArrayList<>();
  final byte[] config;
  final byte[] manifest;
  final byte[] index;

  private TestImage(List<byte[]> tars, String configFields, Packing packing) {
    StringBuilder layerList = new StringBuilder();
    for (byte[] tar : tars) {
      byte[] stored = packing.pack(tar);
      Digest digest = Digest.sha256(stored);
      blobs.put(digest, stored);
      layers.add(digest);
      diffIds.add(Digest.sha256(tar));
      layerList
          .append(layerList.isEmpty() ? "" : ",")
          .append(descriptor(packing.mediaType, digest, stored.length));
    }
    config =
        ("{\"os\":\"linux\",\"architecture\":\"%s\",\"config\":{%s},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}")
            .formatted(architecture(), configFields, quoted(diffIds))
            .getBytes(UTF_8);
    blobs.put(Digest.sha256(config), config);
    manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                MANIFEST_TYPE,
                descriptor(CONFIG_TYPE, Digest.sha256(config), config.length),
                layerList)
            .getBytes(UTF_8);
    index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(
                INDEX_TYPE,
                descriptor(MANIFEST_TYPE, Digest.sha256(manifest), manifest.length)
                    .replaceFirst(
                        "}$",
                        ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                            + architecture()
                            + "\"}}"))
            .getBytes(UTF_8);
  }

  /** How layers are stored. */
  enum Packing {
    PLAIN("application/vnd.oci.image.layer.v1.tar"),
    GZIP("application/vnd.oci.image.layer.v1.tar+gzip"),
    ZSTD("application/vnd.oci.image.layer.v1.tar+zstd");

    final String mediaType;

    Packing(String mediaType) {
      this.mediaType = mediaType;
    }

    byte[] pack(byte[] tar) {
      return switch (this) {
        case PLAIN -> tar;
        case GZIP -> TarBuilder.gzip(tar);
        case ZSTD -> com.github.luben.zstd.Zstd.compress(tar);
      };
    }
  }

  static TestImage of(TarBuilder... layers) {
    return of("\"Env\":[\"PATH=/bin\"],\"Cmd\":[\"/bin/sh\"]", Packing.GZIP, layers);
  }

  static TestImage of(String configFields, Packing packing, TarBuilder... layers) {
    List<byte[]> tars = new ArrayList<>();
    for (TarBuilder layer : layers) {
      tars.add(layer.build());
    }
    return new TestImage(tars, configFields, packing);
  }

  static TestImage ofTars(Packing packing, List<byte[]> tars) {
    return new TestImage(tars, "\"Cmd\":[\"/bin/sh\"]", packing);
  }

  byte[] blob(Digest digest) {
    return Objects.requireNonNull(blobs.get(digest));
  }

  String id() {
    return Digest.sha256(config).toString();
  }

  Digest manifestDigest() {
    return Digest.sha256(manifest);
  }

  static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  static String descriptor(String type, Digest digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
  }

  private static String quoted(List<Digest> digests) {
    return String.join(",", digests.stream().map(d -> "\"" + d + "\"").toList());
  }
}
