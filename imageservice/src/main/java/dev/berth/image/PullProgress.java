package dev.berth.image;

import dev.berth.image.reference.Digest;
import java.util.List;

/**
 * How far a pull is.
 *
 * @param layers of the image, bottom first; none while its manifest is not known
 */
public record PullProgress(List<Layer> layers) {

  /** What happens to a layer. */
  public enum Phase {
    /** Its turn has not come. */
    WAITING,
    /** It is fetched, hashed and unpacked, all at once. */
    FETCHING,
    /** It is on this node. */
    READY
  }

  /**
   * One layer.
   *
   * @param digest of the bytes that travel
   * @param size of these bytes
   * @param fetched how many have come; stays below size where the layer was there before
   */
  public record Layer(Digest digest, long size, long fetched, Phase phase) {}

  public PullProgress {
    layers = List.copyOf(layers);
  }

  /** Bytes of all layers. */
  public long size() {
    return layers.stream().mapToLong(Layer::size).sum();
  }

  /** Bytes that came for this pull. */
  public long fetched() {
    return layers.stream().mapToLong(Layer::fetched).sum();
  }

  /** Layers that are here. */
  public long ready() {
    return layers.stream().filter(layer -> layer.phase() == Phase.READY).count();
  }
}
