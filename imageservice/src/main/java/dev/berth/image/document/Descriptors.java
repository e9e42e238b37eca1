package dev.berth.image.document;

import dev.berth.fault.Fault;
import dev.berth.image.reference.Digest;

/** Reads descriptors out of documents. */
final class Descriptors {
  private Descriptors() {}

  static Descriptor read(JsonFields fields) {
    if (fields.has("urls") && !fields.texts("urls").isEmpty()) {
      throw fields.refused("urls", "points to content outside the registry, which is not fetched");
    }
    long size = fields.integer("size");
    if (size < 0) {
      throw fields.refused("size", "is negative");
    }
    return new Descriptor(fields.text("mediaType"), digest(fields), size);
  }

  private static Digest digest(JsonFields fields) {
    try {
      return Digest.parse(fields.text("digest"));
    } catch (Fault.InvalidArgument e) {
      throw fields.refused("digest", "is malformed: " + e.getMessage());
    }
  }
}
