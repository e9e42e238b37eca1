package dev.berth.node;

import dev.berth.daemon.BerthVersion;
import dev.berth.daemon.HelloImage;
import dev.berth.image.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports the image that Berth carries, once for a root and a version, behind the daemon's start.
 *
 * <p>A file in the root remembers it, so that an image that somebody removed stays removed.
 */
final class EmbeddedImage {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedImage.class);
  private static final long LONGEST_SECONDS = 10;

  private final Images images;
  private final Path mark;
  private final Thread thread;

  private EmbeddedImage(Images images, Path mark) {
    this.images = images;
    this.mark = mark;
    this.thread = Thread.ofPlatform().name("berth-hello-image").daemon().unstarted(this::run);
  }

  /** Begins; the image appears a moment later if it is due. */
  static EmbeddedImage begin(Images images, Path root) {
    EmbeddedImage embedded = new EmbeddedImage(images, root.resolve("embedded-image"));
    embedded.thread.start();
    return embedded;
  }

  /** Waits until nothing of it runs any more, so that the store may be closed. */
  void end() {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      if (Files.exists(mark) && Files.readString(mark).equals(BerthVersion.TEXT)) {
        return;
      }
      try (var archive = HelloImage.open()) {
        images.importArchive(archive, Optional.of(HelloImage.REFERENCE), false);
      }
      Files.writeString(mark, BerthVersion.TEXT);
    } catch (IOException | RuntimeException e) {
      LOG.warn("import {}: {}", HelloImage.REFERENCE, e.getMessage(), e);
    }
  }
}
