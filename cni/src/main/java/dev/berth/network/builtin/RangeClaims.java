package dev.berth.network.builtin;

import dev.berth.fault.Fault;
import dev.berth.network.Cidr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which instance uses which pod range on this machine: a file an instance, named by it, that its
 * daemon holds locked, with one range a line. A file that nobody holds is left over; the pods of a
 * daemon that is away are protected by the route of its bridge.
 *
 * <p>Claims are made one at a time under the lock of the file {@code lock}.
 */
final class RangeClaims implements AutoCloseable {
  private static final String TURN = "lock";
  private static final int MAX_BYTES = 4096;

  private final Path directory;
  private final String instanceId;
  private @Nullable FileChannel held;

  RangeClaims(Path directory, String instanceId) {
    this.directory = directory;
    this.instanceId = instanceId;
  }

  /**
   * Claims ranges for as long as this object is open; nothing to do when it holds them already.
   *
   * @throws Fault.FailedPrecondition when another instance uses an overlapping range
   * @throws IOException when the directory cannot be used
   */
  synchronized void claim(List<Cidr> ranges) throws IOException {
    if (held != null) {
      return;
    }
    Files.createDirectories(directory);
    try (FileChannel turn = open(TURN);
        FileLock lock = turn.lock()) {
      String other = conflict(ranges);
      if (other != null) {
        throw new Fault.FailedPrecondition(other);
      }
      held = hold(ranges);
      if (!lock.isValid()) {
        throw new IOException("lost the lock of " + directory.resolve(TURN));
      }
    }
  }

  /**
   * Claims other ranges instead of those held.
   *
   * @throws Fault.FailedPrecondition when another instance uses an overlapping range; those held
   *     stay so then
   * @throws IOException when the directory cannot be used
   */
  synchronized void renew(List<Cidr> ranges) throws IOException {
    FileChannel file = held;
    if (file == null) {
      return;
    }
    try (FileChannel turn = open(TURN);
        FileLock lock = turn.lock()) {
      String other = conflict(ranges);
      if (other != null) {
        throw new Fault.FailedPrecondition(other);
      }
      write(file, ranges);
      if (!lock.isValid()) {
        throw new IOException("lost the lock of " + directory.resolve(TURN));
      }
    }
  }

  /** What is in the way of claiming these ranges, or null. */
  synchronized @Nullable String obstacle(List<Cidr> ranges) throws IOException {
    return held != null || !Files.isDirectory(directory) ? null : conflict(ranges);
  }

  private FileChannel open(String name) throws IOException {
    return FileChannel.open(
        directory.resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private FileChannel hold(List<Cidr> ranges) throws IOException {
    FileChannel file = open(instanceId);
    try {
      if (!lockable(file)) {
        throw new Fault.FailedPrecondition(
            "another daemon runs as instance " + instanceId + ": it holds its pod ranges");
      }
      write(file, ranges);
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void write(FileChannel file, List<Cidr> ranges) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Cidr range : ranges) {
      lines.append(range.network()).append('\n');
    }
    file.truncate(0);
    file.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII)), 0);
  }

  /** Takes the file's lock, which lasts until the file is closed. */
  private static boolean lockable(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private @Nullable String conflict(List<Cidr> ranges) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.equals(TURN) || name.equals(instanceId) || !isHeld(name)) {
          continue;
        }
        String found = overlap(ranges, read(file), name);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private boolean isHeld(String name) throws IOException {
    try (FileChannel file = FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
      return !lockable(file);
    }
  }

  private static List<Cidr> read(Path file) throws IOException {
    List<Cidr> ranges = new ArrayList<>();
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("pod range claim " + file + " is larger than " + MAX_BYTES + " bytes");
    }
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      try {
        ranges.add(Cidr.parse(line));
      } catch (IllegalArgumentException e) {
        throw new IOException("pod range claim " + file + ": " + e.getMessage(), e);
      }
    }
    return ranges;
  }

  private static @Nullable String overlap(List<Cidr> ours, List<Cidr> theirs, String instance) {
    for (Cidr our : ours) {
      for (Cidr their : theirs) {
        if (our.overlaps(their)) {
          return "pod range " + our + " overlaps " + their + " of Berth instance " + instance;
        }
      }
    }
    return null;
  }

  /** Gives the ranges up. The pods that live on keep their bridge, whose route protects them. */
  @Override
  public synchronized void close() {
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        throw new IllegalStateException("close the claim on the pod ranges", e);
      }
      held = null;
    }
  }
}
