package dev.berth.image.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.Descriptor;
import dev.berth.image.document.Document;
import dev.berth.image.document.Index;
import dev.berth.image.document.JsonFields;
import dev.berth.image.document.Platform;
import dev.berth.image.pull.ImageSource;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.Reference;
import dev.berth.image.registry.FetchedDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One image of an archive.
 *
 * <p>An OCI layout names its image in {@code index.json}; where it names several, the one whose
 * {@code org.opencontainers.image.ref.name} is the reference or its tag counts, else the one for
 * this machine. A {@code docker save} archive has no manifest of the kind registries keep, so one
 * is written for it.
 */
public final class ArchiveSource implements ImageSource {
  static final String INDEX = "index.json";
  static final String DOCKER = "manifest.json";

  private final SpooledArchive archive;
  private final Reference reference;
  private final Platform machine;
  private final Map<Digest, Path> dockerBlobs = new HashMap<>();

  /**
   * An image.
   *
   * @param archive stays the caller's
   * @param reference the name the image is to have
   */
  public ArchiveSource(SpooledArchive archive, Reference reference, Platform machine) {
    this.archive = archive;
    this.reference = reference;
    this.machine = machine;
  }

  @Override
  public FetchedDocument resolve() throws IOException {
    if (archive.has(INDEX)) {
      return manifest(entry());
    }
    if (archive.has(DOCKER)) {
      byte[] manifest = dockerManifest();
      return new FetchedDocument(manifest, "", Digest.sha256(manifest));
    }
    throw new Fault.InvalidArgument("image archive: holds neither " + INDEX + " nor " + DOCKER);
  }

  private Descriptor entry() throws IOException {
    Document document = Document.read(archive.document(INDEX), null, "image archive: " + INDEX);
    if (!(document instanceof Index index)) {
      throw new Fault.InvalidArgument("image archive: " + INDEX + " is not an index");
    }
    for (Index.Entry each : index.entries()) {
      boolean named = each.name().equals(reference.tag()) || isReference(each.name());
      if (named && !each.name().isEmpty()) {
        return each.descriptor();
      }
    }
    return index.entries().size() == 1
        ? index.entries().getFirst().descriptor()
        : index.choose(machine, "image archive");
  }

  private boolean isReference(String name) {
    try {
      return Reference.parse(name).canonical().equals(reference.canonical());
    } catch (Fault.InvalidArgument e) {
      return false;
    }
  }

  @Override
  public FetchedDocument manifest(Descriptor descriptor) throws IOException {
    return new FetchedDocument(blob(descriptor), descriptor.mediaType(), descriptor.digest());
  }

  @Override
  public byte[] blob(Descriptor descriptor) throws IOException {
    Path file = file(descriptor);
    if (Files.size(file) > BoundedJson.MAX_BYTES) {
      throw new Fault.InvalidArgument(
          "image archive: blob " + descriptor.digest() + " is too large for what it is");
    }
    byte[] content = Files.readAllBytes(file);
    if (!descriptor.digest().over(content).equals(descriptor.digest())) {
      throw new Fault.DataLoss(
          "image archive: blob " + descriptor.digest() + ": digest mismatch", null);
    }
    return content;
  }

  @Override
  public InputStream open(Descriptor descriptor, long from) throws IOException {
    InputStream in = Files.newInputStream(file(descriptor));
    in.skipNBytes(from);
    return in;
  }

  private Path file(Descriptor descriptor) {
    Digest digest = descriptor.digest();
    Path docker = dockerBlobs.get(digest);
    return docker != null
        ? docker
        : archive.file("blobs/" + digest.algorithm().label() + "/" + digest.hex());
  }

  /**
   * A manifest for the first image of a docker archive, or the one that has the reference's name.
   */
  private byte[] dockerManifest() throws IOException {
    List<JsonFields> images =
        BoundedJson.objects(archive.document(DOCKER), "image archive: " + DOCKER);
    JsonFields image =
        images.stream()
            .filter(each -> each.texts("RepoTags").stream().anyMatch(this::isReference))
            .findFirst()
            .or(() -> images.stream().findFirst())
            .orElseThrow(() -> new Fault.InvalidArgument("image archive: holds no image"));
    StringBuilder layers = new StringBuilder();
    for (String layer : image.texts("Layers")) {
      layers
          .append(layers.isEmpty() ? "" : ",")
          .append(dockerBlob("application/vnd.oci.image.layer.v1.tar", layer));
    }
    String config = dockerBlob("application/vnd.oci.image.config.v1+json", image.text("Config"));
    return ("{\"schemaVersion\":2,"
            + "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":"
            + config
            + ",\"layers\":["
            + layers
            + "]}")
        .getBytes(UTF_8);
  }

  private String dockerBlob(String mediaType, String name) throws IOException {
    Path file = archive.file(name);
    Digest digest = digest(file);
    dockerBlobs.put(digest, file);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, Files.size(file));
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.hash();
    byte[] chunk = new byte[64 << 10];
    try (InputStream in = Files.newInputStream(file)) {
      int n;
      while ((n = in.read(chunk)) >= 0) {
        hash.update(chunk, 0, n);
      }
    }
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }
}
