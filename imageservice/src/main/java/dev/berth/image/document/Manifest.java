package dev.berth.image.document;

import java.util.ArrayList;
import java.util.List;

/**
 * One image: its config and its layers, the bottom one first (OCI image-spec, manifest.md).
 *
 * @param config the config's descriptor
 * @param layers compressed layers, bottom first
 */
public record Manifest(Descriptor config, List<Descriptor> layers) implements Document {

  /** overlayfs stacks no more lower directories than this. */
  public static final int MAX_LAYERS = 500;

  private static final long MAX_LAYER_BYTES = 64L << 30;

  public Manifest {
    layers = List.copyOf(layers);
  }

  static Manifest read(JsonFields fields) {
    Descriptor config =
        fields
            .object("config")
            .map(Descriptors::read)
            .orElseThrow(() -> fields.refused("config", "is missing"));
    if (MediaType.parse(config.mediaType()).filter(t -> t == MediaType.CONFIG).isEmpty()) {
      throw fields.refused(
          "config.mediaType", "\"" + config.mediaType() + "\" is not a container image's config");
    }
    if (config.size() > BoundedJson.MAX_BYTES) {
      throw fields.refused("config.size", "is larger than " + BoundedJson.MAX_BYTES + " bytes");
    }
    List<Descriptor> layers = new ArrayList<>();
    for (JsonFields layer : fields.objects("layers")) {
      layers.add(layer(layer));
    }
    if (layers.size() > MAX_LAYERS) {
      throw fields.refused("layers", "are more than " + MAX_LAYERS);
    }
    return new Manifest(config, layers);
  }

  private static Descriptor layer(JsonFields fields) {
    Descriptor layer = Descriptors.read(fields);
    if (MediaType.parse(layer.mediaType()).filter(MediaType::isLayer).isEmpty()) {
      throw fields.refused(
          "mediaType", "\"" + layer.mediaType() + "\" is not a layer type this node can unpack");
    }
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
