package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.image.reference.Digest;
import java.util.Optional;

/**
 * One layer as an image names it.
 *
 * @param digest of the bytes as they are stored and sent; the diff ID itself where a source holds
 *     the layer uncompressed
 * @param size of these bytes
 * @param diffId digest of the uncompressed tar; of its name and its own digest for a file
 * @param what names the layer and its image in messages
 * @param file the name of the one file that the bytes are; empty where they are a layer's tar
 */
public record LayerBlob(
    Digest digest, long size, Digest diffId, String what, Optional<String> file) {

  /** A layer. */
  public LayerBlob(Digest digest, long size, Digest diffId, String what) {
    this(digest, size, diffId, what, Optional.empty());
  }

  /** A file of an artifact. */
  public static LayerBlob ofFile(Digest digest, long size, String name, String what) {
    Digest key = Digest.sha256(("file " + digest + " " + name).getBytes(UTF_8));
    return new LayerBlob(digest, size, key, what, Optional.of(name));
  }
}
