package dev.berth.spec.oci;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mount (runtime-spec, config.md, "Mounts").
 *
 * @param destination absolute path inside the root
 * @param type filesystem type, {@code bind} for a bind mount
 * @param source what is mounted: a path of the host for a bind mount, a name otherwise
 * @param options options as mount(8) writes them
 */
public record OciMount(String destination, String type, String source, List<String> options) {
  public OciMount {
    type = type == null ? "" : type;
    source = source == null ? "" : source;
    options = Copies.list(options);
  }

  /** A bind mount. */
  public static OciMount bind(String destination, String source, List<String> options) {
    return new OciMount(destination, "bind", source, options);
  }

  /** A filesystem of this type, made new. */
  public static OciMount of(String destination, String type, String... options) {
    return new OciMount(destination, type, type, List.of(options));
  }

  /** The value of an option written {@code key=value}, null when it is not there. */
  public @Nullable String option(String key) {
    for (String option : options) {
      if (option.startsWith(key) && option.startsWith("=", key.length())) {
        return option.substring(key.length() + 1);
      }
    }
    return null;
  }
}
