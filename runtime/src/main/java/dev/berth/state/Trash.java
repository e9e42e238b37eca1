package dev.berth.state;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes containers' directories behind the answer: a rename takes a directory out of sight at
 * once, a thread deletes it afterwards, and what a dying daemon left is deleted by the next one.
 *
 * <p>What lies in a writable layer was made by a container. So nothing here follows a symbolic link
 * or recurses: a directory found in the trash is moved to the trash's top and looked at there, so
 * that the depth of a tree costs neither stack nor path length.
 */
public final class Trash implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

  private static final long SHORTEST_RETRY_SECONDS = 1;
  private static final long LONGEST_RETRY_SECONDS = 600;

  private final Path dir;
  private final AtomicLong names = new AtomicLong(System.nanoTime());
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("berth-trash").daemon().factory());

  /** Doubled by each failure, since what is in the way may stay; only the thread uses it. */
  private long retrySeconds = SHORTEST_RETRY_SECONDS;

  /**
   * A trash in a directory of its own.
   *
   * @param dir on the file system of what will be thrown in
   */
  public Trash(Path dir) {
    this.dir = dir;
  }

  /** Begins to delete what an earlier daemon left in the trash. */
  public void empty() {
    thread.execute(this::deleteAll);
  }

  /**
   * Throws a directory away. It is gone from its place when this returns.
   *
   * @throws IOException when it cannot be moved; a directory that is not there is no error
   */
  public void discard(Path directory) throws IOException {
    Files.createDirectories(dir);
    try {
      Files.move(directory, fresh(), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException _) {
      return;
    }
    thread.execute(this::deleteAll);
  }

  /**
   * Deletes a small directory of our own making, with what is in it; what is not there, or goes
   * while it is deleted, is no error. Links are not followed.
   */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            return unlessGone(failure);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              return unlessGone(failure);
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static FileVisitResult unlessGone(IOException failure) throws IOException {
    if (failure instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw failure;
  }

  private Path fresh() {
    return dir.resolve(Long.toUnsignedString(names.incrementAndGet(), 36));
  }

  private void deleteAll() {
    try {
      boolean found = true;
      while (found) {
        found = deleteTop();
      }
      retrySeconds = SHORTEST_RETRY_SECONDS;
    } catch (NoSuchFileException _) {
      // no trash was ever made
    } catch (IOException | RuntimeException e) {
      LOG.warn("trash {}: not emptied, tried again in {} s", dir, retrySeconds, e);
      if (!thread.isShutdown()) {
        var _ = thread.schedule(this::deleteAll, retrySeconds, TimeUnit.SECONDS);
        retrySeconds = Math.min(2 * retrySeconds, LONGEST_RETRY_SECONDS);
      }
    }
  }

  /** Deletes the files at the top, and what is directly in the directories there. */
  private boolean deleteTop() throws IOException {
    boolean found = false;
    try (DirectoryStream<Path> top = Files.newDirectoryStream(dir)) {
      for (Path entry : top) {
        found = true;
        deleteEntry(entry);
      }
    }
    return found;
  }

  private void deleteEntry(Path entry) throws IOException {
    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      deleteDirectory(entry);
    } else {
      Files.deleteIfExists(entry);
    }
  }

  private void deleteDirectory(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          Files.move(entry, fresh(), StandardCopyOption.ATOMIC_MOVE);
        } else {
          Files.deleteIfExists(entry);
        }
      }
    } catch (NotDirectoryException _) {
      // it was a link in the meantime: nobody can do that here, and nothing was followed
    }
    Files.deleteIfExists(directory);
  }

  @Override
  public void close() {
    // what waits to be deleted at once still is; what was to be tried later is the next daemon's
    thread.shutdown();
  }
}
