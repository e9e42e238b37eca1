package dev.berth.image.pull;

import dev.berth.image.content.StorePaths;
import dev.berth.image.document.Descriptor;
import dev.berth.image.reference.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has come of large layers that are not complete: kept on disk while they are fetched, so that
 * a pull that broke off, or a daemon that died, goes on where it was.
 *
 * <p>Nothing here is trusted: the bytes pass the same hashes as those from the network. A file is
 * not synced; after a power cut it holds what it holds, and when that is wrong it is thrown away.
 */
public final class PartialLayers {
  private static final Logger log = LoggerFactory.getLogger(PartialLayers.class);
  private static final Duration KEPT = Duration.ofHours(6);

  private final StorePaths paths;
  private final long smallest;
  private final boolean keepWhole;
  private final Set<Digest> taken = ConcurrentHashMap.newKeySet();

  /**
   * Partial layers of a store whose directories exist.
   *
   * @param smallest bytes of the smallest layer worth it; 0 for none at all
   * @param keepWhole whether every layer is written, and kept when it is whole
   */
  public PartialLayers(StorePaths paths, long smallest, boolean keepWhole) {
    this.keepWhole = keepWhole;
    this.paths = paths;
    this.smallest = smallest;
  }

  /** One attempt at a layer; closed when it is known how it went. */
  final class Attempt {
    private final Descriptor descriptor;
    private final boolean kept;
    private boolean resumed;
    private boolean opened;

    private Attempt(Descriptor descriptor) {
      this.descriptor = descriptor;
      boolean worth = keepWhole || (smallest > 0 && descriptor.size() >= smallest);
      this.kept = worth && taken.add(descriptor.digest());
    }

    /** The layer's bytes, those that came before first. */
    InputStream open(ImageSource source) throws IOException {
      if (!kept) {
        return source.open(descriptor, 0);
      }
      Path file = file(descriptor.digest());
      long have = Files.exists(file) ? Files.size(file) : 0;
      if (have >= descriptor.size()) {
        Files.delete(file);
        have = 0;
      }
      long from = have;
      opened = true;
      resumed = have > 0;
      if (resumed) {
        log.info("layer {}: {} of {} bytes are here", descriptor.digest(), have, descriptor.size());
      }
      return new ResumedStream(file, have, () -> source.open(descriptor, from));
    }

    /** Whether bytes from before were used. */
    boolean wasResumed() {
      return resumed;
    }

    /** The file of a layer that has come whole in this attempt, if it is to be kept. */
    Optional<Path> whole() throws IOException {
      Path file = file(descriptor.digest());
      boolean whole =
          keepWhole
              && kept
              && opened
              && Files.exists(file)
              && Files.size(file) == descriptor.size();
      return whole ? Optional.of(file) : Optional.empty();
    }

    /**
     * Ends the attempt.
     *
     * @param worthless whether what is on disk is of no use any more
     */
    void end(boolean worthless) {
      if (kept) {
        if (worthless) {
          delete(file(descriptor.digest()));
        }
        taken.remove(descriptor.digest());
      }
    }
  }

  Attempt begin(Descriptor descriptor) {
    return new Attempt(descriptor);
  }

  private Path file(Digest digest) {
    return paths.partial().resolve(digest.algorithm().label() + "-" + digest.hex());
  }

  /** Removes what nobody asked for again in a long time. */
  public void removeOld() {
    Instant oldest = Instant.now().minus(KEPT);
    try (var files = Files.newDirectoryStream(paths.partial())) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
          delete(file);
        }
      }
    } catch (IOException e) {
      log.warn("looking for old partial layers: {}", e.getMessage());
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("removing partial layer {}: {}", file, e.getMessage());
    }
  }

  @FunctionalInterface
  private interface Rest {
    InputStream open() throws IOException;
  }

  /** What a file has, then the rest, which is added to the file as it passes. */
  private static final class ResumedStream extends InputStream {
    private final Path file;
    private final Rest rest;
    private long before;
    private InputStream in;
    private OutputStream out = OutputStream.nullOutputStream();

    ResumedStream(Path file, long have, Rest rest) throws IOException {
      this.file = file;
      this.rest = rest;
      this.before = have;
      this.in = have > 0 ? Files.newInputStream(file) : InputStream.nullInputStream();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (before > 0) {
        int n = in.read(buffer, offset, (int) Math.min(before, length));
        if (n > 0) {
          before -= n;
          return n;
        }
        throw new IOException("partial layer " + file + ": became shorter");
      }
      if (before == 0) {
        before = -1;
        in.close();
        in = rest.open();
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      int n = in.read(buffer, offset, length);
      if (n > 0) {
        out.write(buffer, offset, n);
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      try (OutputStream _ = out) {
        in.close();
      }
    }
  }
}
