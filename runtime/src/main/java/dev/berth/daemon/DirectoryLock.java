package dev.berth.daemon;

import dev.berth.fault.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A directory that this daemon alone uses, by a lock on the file {@code lock} in it.
 *
 * <p>The kernel gives the lock back when the process ends, however it ends; the file stays.
 */
final class DirectoryLock implements Closeable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the directory (mode 0700) if it is missing, and locks it.
   *
   * @param role what the directory is to the daemon, for messages: {@code root} or {@code state}
   * @throws Fault.FailedPrecondition another daemon has it
   * @throws IOException it cannot be made or written
   */
  static DirectoryLock take(String role, Path directory) throws IOException {
    make(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = lock(channel) != null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      throw new Fault.FailedPrecondition(
          "use " + directory + " as " + role + ": another berth daemon uses it");
    }
    return new DirectoryLock(channel);
  }

  private static void make(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another daemon in this very process: only tests do that
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
