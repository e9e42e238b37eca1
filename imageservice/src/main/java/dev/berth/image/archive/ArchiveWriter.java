package dev.berth.image.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.content.ContentStore;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.Descriptor;
import dev.berth.image.document.Document;
import dev.berth.image.document.Manifest;
import dev.berth.image.layer.TarHeader;
import dev.berth.image.reference.Digest;
import dev.berth.image.store.ImageRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes an image as an OCI image layout in a tar archive, with its blobs as the registry sent
 * them, so that every digest is the same where it is imported.
 */
public final class ArchiveWriter {
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String REF_NAME = "org.opencontainers.image.ref.name";

  private final ContentStore content;
  private final OutputStream out;

  /** A writer of one archive; the stream stays the caller's. */
  public ArchiveWriter(ContentStore content, OutputStream out) {
    this.content = content;
    this.out = out;
  }

  /**
   * Writes an image under all its tags.
   *
   * @param name names the image in messages
   * @throws Fault.FailedPrecondition a layer's blob was not kept
   * @throws Fault.DataLoss a blob is damaged; what was written is of no use
   */
  public void write(ImageRecord record, String name) throws IOException {
    byte[] document = manifest(record);
    Set<Digest> blobs = blobs(document, name);
    entry("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8));
    entry("index.json", index(document, List.copyOf(record.tags())));
    entry(path(Digest.sha256(document)), document);
    for (Digest blob : blobs) {
      blob(blob, name);
    }
    out.write(new byte[2 * TarHeader.BLOCK]);
  }

  /** The config and the layers, before anything is written. */
  private Set<Digest> blobs(byte[] document, String name) {
    Manifest manifest = (Manifest) Document.read(document, null, "manifest of " + name);
    Set<Digest> blobs = new LinkedHashSet<>();
    blobs.add(manifest.config().digest());
    for (Descriptor layer : manifest.layers()) {
      if (!content.has(layer.digest())) {
        throw new Fault.FailedPrecondition(
            "exporting " + name + ": the blob of layer " + layer.digest() + " was not kept");
      }
      blobs.add(layer.digest());
    }
    return blobs;
  }

  private void blob(Digest blob, String name) throws IOException {
    MessageDigest hash = blob.algorithm().hash();
    try (InputStream in = new DigestInputStream(content.open(blob), hash)) {
      entry(path(blob), content.size(blob), in);
    }
    if (!Digest.of(blob.algorithm(), hash.digest()).equals(blob)) {
      throw new Fault.DataLoss(
          "exporting " + name + ": blob " + blob + " is damaged; berth fsck --repair", null);
    }
  }

  /** The manifest among the image's blobs that its id stands for. */
  private byte[] manifest(ImageRecord record) throws IOException {
    for (Digest blob : record.blobs()) {
      if (content.has(blob) && content.size(blob) <= BoundedJson.MAX_BYTES) {
        byte[] bytes = content.read(blob, BoundedJson.MAX_BYTES);
        if (names(bytes, record.id().digest())) {
          return bytes;
        }
      }
    }
    throw new Fault.FailedPrecondition(
        "exporting image " + record.id() + ": its manifest is not in the store");
  }

  private static boolean names(byte[] document, Digest id) {
    try {
      return Document.read(document, null, "blob") instanceof Manifest manifest
          && (manifest.artifact() ? Digest.sha256(document) : manifest.config().digest())
              .equals(id);
    } catch (Fault.InvalidArgument another) {
      return false;
    }
  }

  /** Names and types need no escapes: the one are references, the others were checked. */
  private static byte[] index(byte[] manifest, List<String> names) {
    String said = BoundedJson.object(manifest, "manifest").text("mediaType");
    String type = said.isEmpty() ? OCI_MANIFEST : said;
    String bare =
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d"
            .formatted(type, Digest.sha256(manifest), manifest.length);
    String entries =
        names.stream()
            .map(name -> bare + ",\"annotations\":{\"" + REF_NAME + "\":\"" + name + "\"}}")
            .collect(Collectors.joining(","));
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(OCI_INDEX, names.isEmpty() ? bare + "}" : entries)
        .getBytes(UTF_8);
  }

  private static String path(Digest digest) {
    return "blobs/" + digest.algorithm().label() + "/" + digest.hex();
  }

  private void entry(String name, byte[] bytes) throws IOException {
    entry(name, bytes.length, new ByteArrayInputStream(bytes));
  }

  private void entry(String name, long size, InputStream in) throws IOException {
    out.write(TarHeader.file(name, 0644, size));
    if (in.transferTo(out) != size) {
      throw new IOException(name + ": changed its size");
    }
    out.write(new byte[TarHeader.padding(size)]);
  }
}
