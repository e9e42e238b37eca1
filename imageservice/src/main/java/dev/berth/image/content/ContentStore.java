package dev.berth.image.content;

import dev.berth.fault.Fault;
import dev.berth.image.reference.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Blobs by digest: manifests, indexes, configs, and layers where the operator wants them kept. What
 * is put is verified first; what is read is verified again, so damage on the disk is found on use.
 *
 * <p>A blob stays while somebody holds it: every image record holds those it names, and a pull
 * those it put. It is not durable before the file system is synced, which is the pull's last step
 * before its record.
 */
public final class ContentStore {

  /** Keeps one blob until closed. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  private final StorePaths paths;
  private final Map<Digest, Integer> holds = new HashMap<>();

  /** A store over directories that exist. */
  public ContentStore(StorePaths paths) {
    this.paths = paths;
  }

  /**
   * Keeps a blob, writing it if it is not there.
   *
   * @param what names the content in messages
   * @throws Fault.DataLoss the content does not have this digest
   */
  public synchronized Hold put(Digest digest, byte[] content, String what) throws IOException {
    verify(digest, content, what);
    if (!has(digest)) {
      DurableFiles.write(paths.freshIngest("blob"), paths.blob(digest), content);
    }
    return hold(digest);
  }

  /**
   * Keeps a blob that was written elsewhere in the store and hashed on its way.
   *
   * @param file moved to its place, or deleted when the blob is there already
   */
  public synchronized Hold adopt(Digest digest, Path file) throws IOException {
    if (has(digest)) {
      Files.delete(file);
    } else {
      Files.move(file, paths.blob(digest), StandardCopyOption.ATOMIC_MOVE);
    }
    return hold(digest);
  }

  /** Keeps a blob if somebody holds it and its file is there. */
  public synchronized Optional<Hold> holdIfPresent(Digest digest) {
    return has(digest) ? Optional.of(hold(digest)) : Optional.empty();
  }

  /** A blob's bytes, not verified; to be closed. */
  public InputStream open(Digest digest) throws IOException {
    return Files.newInputStream(paths.blob(digest));
  }

  /** A blob's size on the disk. */
  public long size(Digest digest) throws IOException {
    return Files.size(paths.blob(digest));
  }

  /** Bytes of all blobs: looks at each file. */
  public long bytes() throws IOException {
    long bytes = 0;
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      try (var files = Files.newDirectoryStream(paths.blobs().resolve(algorithm.label()))) {
        for (Path file : files) {
          bytes += Files.size(file);
        }
      }
    }
    return bytes;
  }

  /** Keeps a blob that is there. */
  public synchronized Hold hold(Digest digest) {
    holds.merge(digest, 1, Integer::sum);
    return new BlobHold(digest);
  }

  /** Whether somebody holds the blob and its file exists. */
  public synchronized boolean has(Digest digest) {
    return holds.containsKey(digest) && Files.exists(paths.blob(digest));
  }

  /**
   * Reads a blob.
   *
   * @throws Fault.NotFound it is not there
   * @throws Fault.DataLoss it is damaged, or larger than allowed
   */
  public byte[] read(Digest digest, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(paths.blob(digest))) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new Fault.DataLoss(
            "reading blob " + digest + ": larger than " + maxBytes + " bytes", null);
      }
      verify(digest, content, "stored blob");
      return content;
    } catch (NoSuchFileException e) {
      throw new Fault.NotFound("reading blob " + digest + ": not in the store", e);
    }
  }

  /**
   * Reads a blob that somebody holds and hashes it.
   *
   * @return what is wrong with it; empty when it is what its name says, or nobody holds it
   */
  public Optional<String> check(Digest digest) {
    MessageDigest hash = digest.algorithm().hash();
    byte[] chunk = new byte[64 << 10];
    try (InputStream in = Files.newInputStream(paths.blob(digest))) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        hash.update(chunk, 0, n);
      }
    } catch (NoSuchFileException e) {
      return isHeld(digest) ? Optional.of("its file is missing") : Optional.empty();
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e.getMessage());
    }
    Digest actual = Digest.of(digest.algorithm(), hash.digest());
    return actual.equals(digest) || !isHeld(digest)
        ? Optional.empty()
        : Optional.of("the content has " + actual);
  }

  private synchronized boolean isHeld(Digest digest) {
    return holds.containsKey(digest);
  }

  /** Takes a damaged blob away; the next {@link #put} of it writes it again. */
  public synchronized void discard(Digest digest) throws IOException {
    Files.deleteIfExists(paths.blob(digest));
  }

  private synchronized void release(Digest digest) {
    if (holds.merge(digest, -1, Integer::sum) == 0) {
      holds.remove(digest);
      try {
        Files.deleteIfExists(paths.blob(digest));
      } catch (IOException e) {
        throw new Fault.Internal("deleting blob " + digest + ": " + e.getMessage(), e);
      }
    }
  }

  /** Removes files that nobody holds; called once, when every record has taken its holds. */
  public synchronized void removeUnheld() throws IOException {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      Path folder = paths.blobs().resolve(algorithm.label());
      try (var files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          if (!isHeld(algorithm, file.getFileName().toString())) {
            Files.delete(file);
          }
        }
      }
    }
  }

  private boolean isHeld(Digest.Algorithm algorithm, String name) {
    try {
      return holds.containsKey(new Digest(algorithm, name));
    } catch (Fault.InvalidArgument notOurs) {
      return false;
    }
  }

  private static void verify(Digest digest, byte[] content, String what) {
    Digest actual = digest.over(content);
    if (!actual.equals(digest)) {
      throw new Fault.DataLoss(
          what + ": digest mismatch, expected " + digest + " but the content has " + actual, null);
    }
  }

  private final class BlobHold implements Hold {
    private final Digest digest;
    private boolean closed;

    BlobHold(Digest digest) {
      this.digest = digest;
    }

    @Override
    public void close() {
      synchronized (ContentStore.this) {
        if (!closed) {
          closed = true;
          release(digest);
        }
      }
    }
  }
}
