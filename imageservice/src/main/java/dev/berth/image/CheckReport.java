package dev.berth.image;

import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import java.util.List;

/**
 * What a check of the store has found.
 *
 * @param blobs manifests, indexes and configs that were read and hashed
 * @param layers unpacked layers whose files were counted
 * @param damages what is not as it was written
 */
public record CheckReport(int blobs, int layers, List<Damage> damages) {

  /** What kind of thing is damaged. */
  public enum Kind {
    BLOB,
    LAYER
  }

  /** What was done about a damage. */
  public enum Outcome {
    /** Nothing: only a report was asked for. */
    REPORTED,
    /** It is out of the way: the next pull of an image that needs it fetches this piece again. */
    DISCARDED,
    /** Nothing: containers run from it. */
    IN_USE
  }

  /**
   * One damaged piece.
   *
   * @param digest of the blob; of the uncompressed content for a layer
   * @param why what is wrong with it
   * @param images ids of the images that need it
   */
  public record Damage(
      Kind kind, Digest digest, String why, List<ImageId> images, Outcome outcome) {
    public Damage {
      images = List.copyOf(images);
    }
  }

  public CheckReport {
    damages = List.copyOf(damages);
  }
}
