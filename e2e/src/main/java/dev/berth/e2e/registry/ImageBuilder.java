package dev.berth.e2e.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts layers and a config together into an image, in the OCI or the Docker schema 2 form. */
public final class ImageBuilder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String OCI = "application/vnd.oci.image.";
  private static final String DOCKER = "application/vnd.docker.";

  private final List<Layer> layers = new ArrayList<>();
  private final ObjectNode config = JSON.createObjectNode();
  private String architecture = hostArchitecture();
  private boolean docker;

  /** An image without layers whose PATH is set. */
  public ImageBuilder() {
    config.putArray("Env").add(PATH);
  }

  /** The machine's architecture as images name it. */
  public static String hostArchitecture() {
    return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
  }

  /** Puts a layer on top. */
  public ImageBuilder layer(Layer layer) {
    layers.add(layer);
    return this;
  }

  /** Sets a key of the config to a string. */
  public ImageBuilder set(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** Sets a key of the config, such as Cmd, to a list of strings. */
  public ImageBuilder set(String key, List<String> values) {
    ArrayNode array = config.putArray(key);
    values.forEach(array::add);
    return this;
  }

  /** Sets a key of the config, such as Labels, to a map of strings. */
  public ImageBuilder set(String key, Map<String, String> values) {
    ObjectNode object = config.putObject(key);
    values.forEach(object::put);
    return this;
  }

  /** Says that the image is for another machine. */
  public ImageBuilder architecture(String name) {
    architecture = name;
    return this;
  }

  /** Uses Docker's media types. */
  public ImageBuilder docker() {
    docker = true;
    return this;
  }

  /** The finished image. */
  public BuiltImage build() {
    ObjectNode image = JSON.createObjectNode();
    image.put("created", "2023-11-14T22:13:20Z");
    image.put("architecture", architecture).put("os", "linux");
    image.set("config", config);
    ArrayNode diffIds = image.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    layers.forEach(layer -> diffIds.add(layer.diffId()));
    byte[] configBytes = bytes(image);
    return new BuiltImage(
        bytes(manifest(configBytes)), manifestType(), configBytes, List.copyOf(layers));
  }

  /** An index over images for different machines; architectures in the order of the images. */
  public static byte[] index(List<BuiltImage> images, List<String> architectures) {
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    index.put("mediaType", OCI + "index.v1+json");
    ArrayNode manifests = index.putArray("manifests");
    for (int i = 0; i < images.size(); i++) {
      BuiltImage image = images.get(i);
      descriptor(manifests.addObject(), image.manifestType(), image.manifest())
          .putObject("platform")
          .put("architecture", architectures.get(i))
          .put("os", "linux");
    }
    return bytes(index);
  }

  private ObjectNode manifest(byte[] configBytes) {
    ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2);
    manifest.put("mediaType", manifestType());
    String configType = docker ? DOCKER + "container.image.v1+json" : OCI + "config.v1+json";
    descriptor(manifest.putObject("config"), configType, configBytes);
    ArrayNode list = manifest.putArray("layers");
    for (Layer layer : layers) {
      descriptor(list.addObject(), docker ? layer.dockerType() : layer.ociType(), layer.blob());
    }
    return manifest;
  }

  private String manifestType() {
    return docker ? DOCKER + "distribution.manifest.v2+json" : OCI + "manifest.v1+json";
  }

  private static ObjectNode descriptor(ObjectNode node, String mediaType, byte[] content) {
    return node.put("mediaType", mediaType)
        .put("digest", Digests.sha256(content))
        .put("size", content.length);
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing JSON that was just built", e);
    }
  }
}
