package dev.berth.image.content;

import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Where the image store keeps what. */
public final class StorePaths {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Path root;
  private final String stem = Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final AtomicLong fresh = new AtomicLong();

  /** The paths below a root. */
  public StorePaths(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The store's directory, absolute. */
  public Path root() {
    return root;
  }

  /** Makes the directories that are missing, only for their owner. */
  public void create() throws IOException {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      make(blobs().resolve(algorithm.label()));
      make(layers().resolve(algorithm.label()));
    }
    make(records());
    make(ingest());
    make(partial());
    make(trash());
  }

  private void make(Path directory) throws IOException {
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
  }

  /** Manifests, indexes and configs. */
  public Path blobs() {
    return root.resolve("blobs");
  }

  /** One blob. */
  public Path blob(Digest digest) {
    return blobs().resolve(digest.algorithm().label()).resolve(digest.hex());
  }

  /** Unpacked layers. */
  public Path layers() {
    return root.resolve("layers");
  }

  /** One unpacked layer. */
  public Path layer(Digest diffId) {
    return layers().resolve(diffId.algorithm().label()).resolve(diffId.hex());
  }

  /** Image records. */
  public Path records() {
    return root.resolve("records");
  }

  /** One image's record. */
  public Path record(ImageId image) {
    return records().resolve(image.digest().algorithm().label() + "-" + image.digest().hex());
  }

  /** What is being written. */
  public Path ingest() {
    return root.resolve("ingest");
  }

  /** Beginnings of large layers that are being fetched; survive a restart, trusted by nobody. */
  public Path partial() {
    return root.resolve("partial");
  }

  /** What is being deleted. */
  public Path trash() {
    return root.resolve("trash");
  }

  /** A name in {@link #ingest} that nobody else in this process gets. */
  public Path freshIngest(String purpose) {
    return ingest().resolve(purpose + "-" + fresh.incrementAndGet());
  }

  /** A name in {@link #trash} that no daemon ever gets twice. */
  public Path freshTrash() {
    return trash().resolve(stem + "-" + fresh.incrementAndGet());
  }
}
