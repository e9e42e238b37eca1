package dev.berth.image.store;

import dev.berth.image.Image;
import dev.berth.image.ImageConfig;
import dev.berth.image.layer.LayerUsage;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * What the store remembers of one image.
 *
 * @param sequence grows with every record written; decides who owns a tag after a crash
 * @param id the config's digest; the manifest's for an artifact
 * @param removed whether only leases keep it
 * @param pinned whether somebody pinned it by itself
 * @param tags full names with a tag
 * @param digests full names with a digest
 * @param size bytes as the registry stated them
 * @param blobs manifests, indexes and the config
 * @param layers bottom first
 * @param config what containers start with
 */
public record ImageRecord(
    long sequence,
    ImageId id,
    boolean removed,
    boolean pinned,
    SequencedSet<String> tags,
    SequencedSet<String> digests,
    long size,
    SequencedSet<Digest> blobs,
    List<LayerRecord> layers,
    ImageConfig config) {

  /** One layer and what it takes. */
  public record LayerRecord(Digest diffId, LayerUsage usage) {}

  public ImageRecord {
    tags = new LinkedHashSet<>(tags);
    digests = new LinkedHashSet<>(digests);
    blobs = new LinkedHashSet<>(blobs);
    layers = List.copyOf(layers);
  }

  /**
   * The image as others see it.
   *
   * @param byName whether one of its names is pinned
   */
  Image image(boolean byName) {
    return new Image(id, List.copyOf(tags), List.copyOf(digests), size, config, pinned || byName);
  }

  /** Whether any name leads to it. */
  public boolean isNamed() {
    return !tags.isEmpty() || !digests.isEmpty();
  }

  /** This image again, with the names and blobs of an earlier record of it. */
  ImageRecord withNamesOf(ImageRecord earlier) {
    SequencedSet<String> allTags = new LinkedHashSet<>(tags);
    allTags.addAll(earlier.tags);
    SequencedSet<String> allDigests = new LinkedHashSet<>(digests);
    allDigests.addAll(earlier.digests);
    SequencedSet<Digest> allBlobs = new LinkedHashSet<>(blobs);
    allBlobs.addAll(earlier.blobs);
    return new ImageRecord(
        sequence,
        id,
        removed,
        pinned || earlier.pinned,
        allTags,
        allDigests,
        size,
        allBlobs,
        layers,
        config);
  }

  /**
   * This image less one name. With the last tag of a repository go the digest names in it: they
   * came with the tag.
   */
  ImageRecord without(String name, long newSequence) {
    SequencedSet<String> fewerTags = new LinkedHashSet<>(tags);
    SequencedSet<String> fewerDigests = new LinkedHashSet<>(digests);
    fewerDigests.remove(name);
    if (fewerTags.remove(name)) {
      String repository = name.substring(0, name.lastIndexOf(':'));
      if (fewerTags.stream().noneMatch(tag -> tag.startsWith(repository + ":"))) {
        fewerDigests.removeIf(digest -> digest.startsWith(repository + "@"));
      }
    }
    return named(newSequence, removed, fewerTags, fewerDigests);
  }

  /** Whether a tag of the other image is one of this too. */
  boolean sharesTagWith(ImageRecord other) {
    return tags.stream().anyMatch(other.tags::contains);
  }

  /** This image less the tags that another has now; it keeps the digest names. */
  ImageRecord withoutTagsOf(ImageRecord other, long newSequence) {
    SequencedSet<String> fewer = new LinkedHashSet<>(tags);
    fewer.removeAll(other.tags);
    return named(newSequence, removed, fewer, digests);
  }

  /** This image without any name, kept by leases alone. */
  ImageRecord asRemoved(long newSequence) {
    return named(newSequence, true, new LinkedHashSet<>(), new LinkedHashSet<>());
  }

  /** This image with another number. */
  ImageRecord numbered(long newSequence) {
    return named(newSequence, removed, tags, digests);
  }

  private ImageRecord named(
      long newSequence,
      boolean nowRemoved,
      SequencedSet<String> newTags,
      SequencedSet<String> newDigests) {
    return new ImageRecord(
        newSequence, id, nowRemoved, pinned, newTags, newDigests, size, blobs, layers, config);
  }

  /** Every name. */
  List<String> names() {
    List<String> names = new ArrayList<>(tags);
    names.addAll(digests);
    return names;
  }
}
