package dev.berth.image.document;

import dev.berth.fault.Fault;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands under a tag or digest in a registry: an index or one image's manifest. */
public sealed interface Document permits Index, Manifest {

  /** How the media types of Docker's first manifest format begin. */
  String SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+";

  /**
   * Reads a document.
   *
   * @param declared the media type the sender or the descriptor gave; null when none
   * @param what names the document in messages
   * @throws Fault.InvalidArgument it is not JSON, is Docker schema 1, says in two places that it is
   *     two things, or has a field out of bounds
   */
  static Document read(byte[] content, @Nullable String declared, String what) {
    JsonFields fields = BoundedJson.object(content, what);
    refuseSchema1(fields, declared);
    MediaType kind = kind(fields, declared, what);
    boolean layers = fields.has("layers") || fields.has("fsLayers") || fields.has("config");
    boolean manifests = fields.has("manifests");
    if (layers && manifests) {
      throw new Fault.InvalidArgument(what + ": is ambiguous, it lists both layers and manifests");
    }
    if (kind == MediaType.INDEX ? !manifests : !layers) {
      throw new Fault.InvalidArgument(
          what + ": its media type says " + kind + ", but that is not what it holds");
    }
    return kind == MediaType.INDEX ? Index.read(fields) : Manifest.read(fields);
  }

  private static void refuseSchema1(JsonFields fields, @Nullable String declared) {
    boolean says = declared != null && declared.startsWith(SCHEMA1);
    if (says || fields.integer("schemaVersion") == 1) {
      throw fields.refused("schemaVersion", "1 (Docker image manifest schema 1) is not supported");
    }
    if (fields.integer("schemaVersion") != 2) {
      throw fields.refused("schemaVersion", "is not 2");
    }
  }

  private static MediaType kind(JsonFields fields, @Nullable String declared, String what) {
    String inside = fields.text("mediaType");
    Optional<MediaType> outer = documentType(declared);
    Optional<MediaType> inner = inside.isEmpty() ? Optional.empty() : documentType(inside);
    if (!inside.isEmpty() && inner.isEmpty()) {
      throw fields.refused("mediaType", "\"" + inside + "\" is not an image or an index");
    }
    if (outer.isPresent() && inner.isPresent() && !outer.equals(inner)) {
      throw new Fault.InvalidArgument(
          what + ": was sent as " + declared + " but calls itself " + inside);
    }
    return outer.or(() -> inner).orElseGet(() -> guess(fields));
  }

  private static Optional<MediaType> documentType(@Nullable String text) {
    return MediaType.parse(text).filter(t -> t == MediaType.INDEX || t == MediaType.MANIFEST);
  }

  /**
   * OCI documents need not name their type; their fields do, and they were checked for ambiguity.
   */
  private static MediaType guess(JsonFields fields) {
    return fields.has("manifests") ? MediaType.INDEX : MediaType.MANIFEST;
  }
}
