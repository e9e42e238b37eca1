package dev.berth.e2e.registry;

import java.util.List;

/**
 * An image ready for a registry.
 *
 * @param manifest the manifest's bytes
 * @param manifestType its media type
 * @param config the config blob; its digest is the image id
 * @param layers from the lowest up
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; copied nowhere
public record BuiltImage(byte[] manifest, String manifestType, byte[] config, List<Layer> layers) {

  /** Digest of the manifest: what a reference by digest names. */
  public String digest() {
    return Digests.sha256(manifest);
  }

  /** Digest of the config. */
  public String id() {
    return Digests.sha256(config);
  }
}
