package dev.berth.image.document;

/**
 * An operating system and a processor, in Go's words.
 *
 * @param os e.g. {@code linux}
 * @param architecture e.g. {@code amd64}
 * @param variant e.g. {@code v8}; {@code ""} when not said
 */
public record Platform(String os, String architecture, String variant) {

  /** This machine. */
  public static Platform host() {
    String arch = System.getProperty("os.arch");
    return switch (arch) {
      case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
      case "aarch64" -> new Platform("linux", "arm64", "v8");
      default -> new Platform("linux", arch, "");
    };
  }

  /**
   * How well an image for another platform runs here: 0 not at all, more is better. An image that
   * names no variant asks for the least; amd64 variants above v1 may want what this processor lacks
   * and are a last resort.
   */
  public int suits(Platform other) {
    if (!os.equals(other.os) || !architecture.equals(other.architecture)) {
      return 0;
    }
    if (other.variant.equals(variant)) {
      return 3;
    }
    boolean baseline =
        other.variant.isEmpty() || other.variant.equals("v1") || other.variant.equals("v8");
    return baseline ? 2 : 1;
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
