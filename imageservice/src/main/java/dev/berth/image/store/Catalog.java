package dev.berth.image.store;

import dev.berth.fault.Fault;
import dev.berth.image.reference.ImageId;
import dev.berth.image.reference.Reference;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The images at one moment, and how names lead to them. Immutable. */
final class Catalog {
  private final Map<ImageId, ImageRecord> byId;
  private final Map<String, ImageRecord> byName = new HashMap<>();
  private final NavigableMap<String, ImageRecord> byHex = new TreeMap<>();

  private Catalog(Map<ImageId, ImageRecord> byId) {
    this.byId = byId;
    for (ImageRecord record : byId.values()) {
      if (!record.removed()) {
        record.names().forEach(name -> byName.merge(name, record, Catalog::newer));
        byHex.put(record.id().digest().hex(), record);
      }
    }
  }

  static Catalog of(Collection<ImageRecord> records) {
    Map<ImageId, ImageRecord> byId = new HashMap<>();
    records.forEach(record -> byId.put(record.id(), record));
    return new Catalog(byId);
  }

  /** This catalog with one record added or replaced. */
  Catalog with(ImageRecord record) {
    Map<ImageId, ImageRecord> changed = new HashMap<>(byId);
    changed.put(record.id(), record);
    return new Catalog(changed);
  }

  /** This catalog without one image. */
  Catalog without(ImageId id) {
    Map<ImageId, ImageRecord> changed = new HashMap<>(byId);
    changed.remove(id);
    return new Catalog(changed);
  }

  private static ImageRecord newer(ImageRecord a, ImageRecord b) {
    return a.sequence() >= b.sequence() ? a : b;
  }

  /** Images that were not removed. */
  Collection<ImageRecord> images() {
    return byHex.values();
  }

  /** Every record, removed images among them. */
  Collection<ImageRecord> records() {
    return byId.values();
  }

  /** The record of an id, also of a removed image. */
  Optional<ImageRecord> record(ImageId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The image that has exactly this name. */
  Optional<ImageRecord> named(String fullName) {
    return Optional.ofNullable(byName.get(fullName));
  }

  /** What a text that a person wrote leads to. */
  Optional<Match> find(String text) {
    if (text.startsWith("sha256:") || text.startsWith("sha512:")) {
      return byPrefix(text.substring(text.indexOf(':') + 1), text);
    }
    Optional<String> name = canonical(text);
    Optional<Match> match =
        name.flatMap(n -> named(n).map(record -> new Match(record, Optional.of(n))));
    if (match.isPresent() || !isHex(text)) {
      if (name.isEmpty() && !isHex(text)) {
        Reference.parse(text);
      }
      return match;
    }
    return byPrefix(text, text);
  }

  /**
   * An image and how it was found.
   *
   * @param record the image
   * @param name the name that led to it; empty when an id did
   */
  record Match(ImageRecord record, Optional<String> name) {}

  private static Optional<String> canonical(String text) {
    try {
      return Optional.of(Reference.parse(text).canonical());
    } catch (Fault.InvalidArgument e) {
      return Optional.empty();
    }
  }

  private Optional<Match> byPrefix(String hex, String text) {
    if (!isHex(hex)) {
      throw new Fault.InvalidArgument("image id \"" + text + "\": is not hexadecimal");
    }
    List<ImageRecord> fitting =
        byHex.tailMap(hex).entrySet().stream()
            .takeWhile(e -> e.getKey().startsWith(hex))
            .limit(2)
            .map(Map.Entry::getValue)
            .toList();
    if (fitting.size() > 1) {
      throw new Fault.InvalidArgument("image id \"" + text + "\": is ambiguous, several begin so");
    }
    return fitting.stream().findFirst().map(record -> new Match(record, Optional.empty()));
  }

  private static boolean isHex(String text) {
    return !text.isEmpty()
        && text.length() <= 128
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
