package dev.berth.image.reference;

/**
 * An image's identity on this node: the digest of its config.
 *
 * @param digest the config's digest
 */
public record ImageId(Digest digest) implements Comparable<ImageId> {

  /**
   * Reads an id.
   *
   * @param text {@code sha256:} and 64 hex digits, or sha512
   * @throws dev.berth.fault.Fault.InvalidArgument it does not have the exact form
   */
  public static ImageId parse(String text) {
    return new ImageId(Digest.parse(text));
  }

  @Override
  public int compareTo(ImageId other) {
    return digest.compareTo(other.digest);
  }

  /** {@code sha256:…}: what the CRI calls image_ref, image id and image_id. */
  @Override
  public String toString() {
    return digest.toString();
  }
}
