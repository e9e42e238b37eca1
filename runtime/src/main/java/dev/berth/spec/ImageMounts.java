package dev.berth.spec;

import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.MountPropagation;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciMount;
import java.util.ArrayList;
import java.util.List;

/**
 * Mounts of images, in a spec: an overlay of the image's layers, one option {@code lowerdir+} each,
 * topmost first, as fsconfig(2) takes them; a part of the image by {@code X-mount.subdir}, as
 * mount(8) has it. Always read-only, without devices and set-id bits (KEP-4639).
 */
public final class ImageMounts {
  static final String TYPE = "overlay";
  private static final String LAYER = "lowerdir+=";
  private static final String PART = "X-mount.subdir";

  private ImageMounts() {}

  /** Whether a mount is one of an image: some clients set the message without a name. */
  public static boolean isOne(Mount mount) {
    return !mount.getImage().getImage().isEmpty();
  }

  /**
   * Translates.
   *
   * @param field name of the mount, for refusals
   * @param target checked path in the container
   * @param more checked options of the request
   * @param layers absolute paths of the image's layers, topmost first
   */
  static OciMount translate(
      String field, Mount mount, String target, List<String> more, List<String> layers) {
    if (!mount.getHostPath().isEmpty()) {
      throw Refusal.of(field + ".host_path", mount.getHostPath(), "goes not with an image");
    }
    if (mount.getPropagation() == MountPropagation.PROPAGATION_BIDIRECTIONAL) {
      throw Refusal.of(
          field + ".propagation", mount.getPropagation(), "nothing spreads from an image");
    }
    var options = new ArrayList<>(List.of("ro", "nosuid", "nodev"));
    more.stream().filter(option -> !options.contains(option)).forEach(options::add);
    layers.forEach(layer -> options.add(LAYER + layer));
    String part = part(field + ".image_sub_path", mount.getImageSubPath());
    if (!part.isEmpty()) {
      options.add(PART + "=" + part);
    }
    return new OciMount(target, TYPE, TYPE, options);
  }

  /** The path as the image sees it, empty for the whole image. */
  private static String part(String field, String path) {
    if (path.isEmpty()) {
      return "";
    }
    if (path.startsWith("/")) {
      throw Refusal.of(field, path, "must be relative to the image's root");
    }
    if (List.of(path.split("/")).contains("..")) {
      throw Refusal.of(field, path, "must not contain \"..\"");
    }
    String clean = Paths.absolute(field, "/" + path);
    return clean.equals("/") ? "" : clean;
  }

  /** The layers of a mount, topmost first. */
  static List<String> layers(OciMount mount) {
    return mount.options().stream()
        .filter(option -> option.startsWith(LAYER))
        .map(option -> option.substring(LAYER.length()))
        .toList();
  }

  /** The part of the image that is mounted, empty for all of it. */
  static String part(OciMount mount) {
    String part = mount.option(PART);
    return part == null ? "" : part;
  }
}
