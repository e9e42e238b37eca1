package dev.berth.image.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files that are there as a whole or not at all. */
public final class DurableFiles {
  private DurableFiles() {}

  /** Whether a failure of the JDK's file calls means that the disk, or a quota, is full. */
  public static boolean isDiskFull(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof IOException
        && (message.contains("No space left") || message.contains("quota exceeded"));
  }

  /**
   * Writes a file next to its place and renames it there; after a power cut it may be missing, but
   * only together with the rename.
   *
   * @param temporary a path on the same file system that nobody else uses
   */
  public static void write(Path temporary, Path place, byte[] content) throws IOException {
    try {
      writeAll(temporary, content, false);
      Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** Like {@link #write}; when it returns, the content and the name survive a power cut. */
  public static void writeSynced(Path temporary, Path place, byte[] content) throws IOException {
    try {
      writeAll(temporary, content, true);
      Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    syncDirectory(place.resolveSibling("."));
  }

  /** Removes a file if it is there; when it returns, it stays away after a power cut. */
  public static void removeSynced(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      syncDirectory(file.resolveSibling("."));
    }
  }

  private static void writeAll(Path file, byte[] content, boolean sync) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      if (sync) {
        channel.force(true);
      }
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
