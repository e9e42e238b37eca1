package dev.berth.node;

import dev.berth.image.Image;
import dev.berth.image.Images;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports the archives of a folder, for nodes that reach no registry: each file once, and again
 * when it changed or the daemon started anew.
 *
 * <p>A file counts when it looked the same twice in a row, so that one that is still being copied
 * is left alone. What cannot be imported is said once in the log and tried again when it changed.
 * Files whose names begin with a dot are not looked at.
 */
final class ImportFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ImportFolder.class);
  private static final long EVERY_MILLIS = 2_000;
  private static final int MOST = 10_000;
  private static final long END_SECONDS = 10;

  private record Looks(long size, FileTime modified) {}

  private final Images images;
  private final Path folder;
  private final Map<Path, Looks> before = new HashMap<>();
  private final Map<Path, Looks> done = new HashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;

  private ImportFolder(Images images, Path folder) {
    this.images = images;
    this.folder = folder;
    this.thread = Thread.ofPlatform().name("berth-import").daemon().unstarted(this::watch);
  }

  /** Begins to watch; the folder need not exist. */
  static ImportFolder begin(Images images, Path folder) {
    ImportFolder watched = new ImportFolder(images, folder);
    watched.thread.start();
    return watched;
  }

  private void watch() {
    try {
      do {
        look();
      } while (!ended.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once; imports what looks as it did the last time. */
  void look() {
    for (Path file : files()) {
      Optional<Looks> now = looks(file);
      if (now.isPresent() && !now.get().equals(done.get(file))) {
        if (now.get().equals(before.put(file, now.get()))) {
          importFile(file);
          done.put(file, now.get());
        }
      }
    }
  }

  private List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var all = Files.list(folder)) {
      return all.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
          .filter(Files::isRegularFile)
          .sorted()
          .limit(MOST)
          .toList();
    } catch (IOException e) {
      log.warn("looking into the import folder {}: {}", folder, e.getMessage());
      return List.of();
    }
  }

  private static Optional<Looks> looks(Path file) {
    try {
      return Optional.of(new Looks(Files.size(file), Files.getLastModifiedTime(file)));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private void importFile(Path file) {
    try (InputStream archive = Files.newInputStream(file)) {
      for (Image image : images.importArchive(archive, Optional.empty(), false)) {
        log.info("imported {} from {}: {}", image.repoTags(), file, image.id());
      }
    } catch (IOException | RuntimeException e) {
      log.warn("importing {}: {}", file, e.getMessage());
    }
  }

  /** Waits until nothing is being imported any more, or a while. */
  @Override
  public void close() {
    ended.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
