package dev.berth.imagecri;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.image.Image;
import dev.berth.image.ImageConfig;

/** What a verbose ImageStatus adds: the image's config in the words of the OCI image spec. */
final class ImageInfo {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ImageInfo() {}

  static String json(Image image) {
    ObjectNode info = JSON.createObjectNode();
    ObjectNode spec = info.putObject("imageSpec");
    ImageConfig config = image.config();
    ObjectNode out = spec.putObject("config");
    out.put("User", config.user());
    out.put("WorkingDir", config.workingDir());
    out.put("StopSignal", config.stopSignal());
    out.set("Env", JSON.valueToTree(config.env()));
    out.set("Entrypoint", JSON.valueToTree(config.entrypoint()));
    out.set("Cmd", JSON.valueToTree(config.cmd()));
    out.set("Labels", JSON.valueToTree(config.labels()));
    ObjectNode volumes = out.putObject("Volumes");
    config.volumes().forEach(volumes::putObject);
    ObjectNode ports = out.putObject("ExposedPorts");
    config.exposedPorts().forEach(ports::putObject);
    try {
      return JSON.writeValueAsString(info);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of our own is not JSON", e);
    }
  }
}
