package dev.berth.journal;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The journal's file, open for appending. Not thread-safe: the journal's lock guards it. */
final class JournalFile implements AutoCloseable {
  private final Path path;
  private final FileOutputStream out;
  private long size;

  private JournalFile(Path path, FileOutputStream out, long size) {
    this.path = path;
    this.out = out;
    this.size = size;
  }

  /**
   * Opens a file that exists, and cuts off what follows its last whole record, so that later
   * records do not stand behind rubbish.
   *
   * @param whole bytes up to the end of the last whole record
   */
  static JournalFile open(Path path, long whole) throws IOException {
    FileOutputStream out = new FileOutputStream(path.toFile(), true);
    if (out.getChannel().size() > whole) {
      out.getChannel().truncate(whole);
    }
    return new JournalFile(path, out, whole);
  }

  /** A synced file beside the journal's place, which {@link #takeItsPlace} puts there. */
  static JournalFile beside(Path path, byte[] content) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    FileOutputStream out = new FileOutputStream(fresh.toFile(), true);
    try {
      out.write(content);
      out.getFD().sync();
    } catch (IOException e) {
      out.close();
      throw e;
    }
    return new JournalFile(fresh, out, content.length);
  }

  /**
   * Renames this file to the journal's place. Its content is on the disk already: a power cut finds
   * the earlier file or this one, never an empty one.
   */
  JournalFile takeItsPlace(Path place) throws IOException {
    Files.move(path, place, StandardCopyOption.ATOMIC_MOVE);
    return new JournalFile(place, out, size);
  }

  long size() {
    return size;
  }

  /** One write: after kill -9 the record is there whole or not at all, but for a full disk. */
  void append(byte[] record) throws IOException {
    try {
      out.write(record);
      size += record.length;
    } catch (IOException e) {
      try {
        out.getChannel().truncate(size);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** What was appended from this position on. */
  byte[] since(long position) throws IOException {
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer tail = ByteBuffer.allocate(Math.toIntExact(size - position));
      while (tail.hasRemaining()) {
        if (in.read(tail, position + tail.position()) < 0) {
          throw new IOException("journal " + path + ": ends before byte " + size);
        }
      }
      return tail.array();
    }
  }

  void sync() throws IOException {
    out.getFD().sync();
  }

  /** Has the disk keep the file's name. */
  static void syncDirectory(Path path) throws IOException {
    try (FileChannel directory =
        FileChannel.open(path.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
