package dev.berth.image.document;

import dev.berth.fault.Fault;
import dev.berth.image.ImageConfig;
import dev.berth.image.reference.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * An image's config document (OCI image-spec, config.md).
 *
 * @param platform what the image was built for
 * @param diffIds digests of the uncompressed layers, bottom first
 * @param config what containers start with
 */
public record ConfigDocument(Platform platform, List<Digest> diffIds, ImageConfig config) {

  /** What stands for an artifact's, which is no image's config. */
  public static final ConfigDocument OF_ARTIFACT =
      new ConfigDocument(new Platform("", "", ""), List.of(), ImageConfig.EMPTY);

  public ConfigDocument {
    diffIds = List.copyOf(diffIds);
  }

  /**
   * Reads a config.
   *
   * @param what names the document in messages
   * @throws Fault.InvalidArgument a field has the wrong type or cannot be
   */
  public static ConfigDocument read(byte[] content, String what) {
    JsonFields fields = BoundedJson.object(content, what);
    Platform platform =
        new Platform(fields.text("os"), fields.text("architecture"), fields.text("variant"));
    JsonFields rootfs =
        fields.object("rootfs").orElseThrow(() -> fields.refused("rootfs", "is missing"));
    if (!rootfs.text("type").equals("layers")) {
      throw rootfs.refused("type", "is not \"layers\"");
    }
    return new ConfigDocument(
        platform,
        diffIds(rootfs),
        fields.object("config").map(ConfigDocument::config).orElse(ImageConfig.EMPTY));
  }

  private static List<Digest> diffIds(JsonFields rootfs) {
    List<Digest> diffIds = new ArrayList<>();
    for (String text : rootfs.texts("diff_ids")) {
      try {
        diffIds.add(Digest.parse(text));
      } catch (Fault.InvalidArgument e) {
        throw rootfs.refused("diff_ids", "holds a malformed digest: " + e.getMessage());
      }
    }
    return diffIds;
  }

  private static ImageConfig config(JsonFields fields) {
    return new ImageConfig(
        line(fields, "User"),
        env(fields),
        noNul(fields, "Entrypoint"),
        noNul(fields, "Cmd"),
        absolute(fields, "WorkingDir", line(fields, "WorkingDir")),
        labels(fields),
        line(fields, "StopSignal"),
        volumes(fields),
        new TreeSet<>(fields.keys("ExposedPorts")));
  }

  private static List<String> env(JsonFields fields) {
    List<String> env = noNul(fields, "Env");
    for (String entry : env) {
      if (entry.indexOf('=') < 1) {
        throw fields.refused("Env", "holds an entry that is not NAME=value");
      }
    }
    return env;
  }

  private static TreeSet<String> volumes(JsonFields fields) {
    TreeSet<String> volumes = new TreeSet<>();
    for (String volume : fields.keys("Volumes")) {
      checkNul(fields, "Volumes", volume);
      volumes.add(absolute(fields, "Volumes", volume));
    }
    return volumes;
  }

  private static Map<String, String> labels(JsonFields fields) {
    Map<String, String> labels = fields.textMap("Labels");
    labels.keySet().forEach(key -> checkNul(fields, "Labels", key));
    return labels;
  }

  /** Some builders write a relative path; it is meant from the root. */
  private static String absolute(JsonFields fields, String name, String path) {
    if (path.length() > 4095) {
      throw fields.refused(name, "is longer than a path can be");
    }
    return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
  }

  private static List<String> noNul(JsonFields fields, String name) {
    List<String> texts = fields.texts(name);
    texts.forEach(text -> checkNul(fields, name, text));
    return texts;
  }

  private static String line(JsonFields fields, String name) {
    String text = fields.text(name);
    if (text.chars().anyMatch(c -> c == 0 || c == '\n')) {
      throw fields.refused(name, "holds a NUL or a line break");
    }
    return text;
  }

  private static void checkNul(JsonFields fields, String name, String text) {
    if (text.indexOf('\0') >= 0) {
      throw fields.refused(name, "holds a NUL");
    }
  }
}
