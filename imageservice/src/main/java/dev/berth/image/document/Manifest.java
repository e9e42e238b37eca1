package dev.berth.image.document;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * One image: its config and its layers, the bottom one first; or an artifact: files of any kind
 * (OCI image-spec, manifest.md).
 *
 * @param config the config's descriptor
 * @param layers compressed layers, bottom first; an artifact's files as they are
 * @param artifact whether it is an artifact: it says so, or its config is not an image's
 * @param files names of an artifact's files, one a layer: what their titles say, else their
 *     digests; hostile
 */
public record Manifest(
    Descriptor config, List<Descriptor> layers, boolean artifact, List<String> files)
    implements Document {

  /** overlayfs stacks no more lower directories than this. */
  public static final int MAX_LAYERS = 500;

  private static final String TITLE = "org.opencontainers.image.title";
  private static final long MAX_LAYER_BYTES = 64L << 30;

  public Manifest {
    layers = List.copyOf(layers);
    files = List.copyOf(files);
  }

  static Manifest read(JsonFields fields) {
    Descriptor config =
        fields
            .object("config")
            .map(Descriptors::read)
            .orElseThrow(() -> fields.refused("config", "is missing"));
    boolean artifact = !fields.text("artifactType").isEmpty() || !isImageConfig(config);
    if (config.mediaType().isEmpty()) {
      throw fields.refused("config.mediaType", "is missing");
    }
    if (config.size() > BoundedJson.MAX_BYTES) {
      throw fields.refused("config.size", "is larger than " + BoundedJson.MAX_BYTES + " bytes");
    }
    List<Descriptor> layers = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (JsonFields layer : fields.objects("layers")) {
      layers.add(artifact ? sized(layer) : layer(layer));
      if (artifact) {
        files.add(title(layer, layers.getLast()));
      }
    }
    if (layers.size() > MAX_LAYERS) {
      throw fields.refused("layers", "are more than " + MAX_LAYERS);
    }
    if (new HashSet<>(files).size() < files.size()) {
      throw fields.refused("layers", "have a title twice");
    }
    return new Manifest(config, layers, artifact, files);
  }

  private static boolean isImageConfig(Descriptor config) {
    return MediaType.parse(config.mediaType()).filter(t -> t == MediaType.CONFIG).isPresent();
  }

  private static String title(JsonFields fields, Descriptor file) {
    String title = fields.textMap("annotations").getOrDefault(TITLE, "");
    return title.isEmpty() ? file.digest().hex() : title;
  }

  private static Descriptor layer(JsonFields fields) {
    Descriptor layer = sized(fields);
    if (MediaType.parse(layer.mediaType()).filter(MediaType::isLayer).isEmpty()) {
      throw fields.refused(
          "mediaType", "\"" + layer.mediaType() + "\" is not a layer type this node can unpack");
    }
    return layer;
  }

  private static Descriptor sized(JsonFields fields) {
    Descriptor layer = Descriptors.read(fields);
    if (layer.size() > MAX_LAYER_BYTES) {
      throw fields.refused("size", layer.size() + " is more than " + MAX_LAYER_BYTES + " bytes");
    }
    return layer;
  }

  /** Bytes of config and layers as stated; the manifest's own come on top. */
  public long contentSize() {
    return config.size() + layers.stream().mapToLong(Descriptor::size).sum();
  }
}
