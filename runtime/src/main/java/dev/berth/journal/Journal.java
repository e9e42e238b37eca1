package dev.berth.journal;

import dev.berth.fault.Fault;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A map from keys to values that survives the daemon; see the package for what "survives" means.
 *
 * <p>The file only grows while the daemon runs; it is written anew, with the live records alone,
 * when it is opened and when the dead weight in it exceeds the live records and {@value
 * #MIN_REWRITE} bytes.
 */
public final class Journal implements AutoCloseable {
  static final long MIN_REWRITE = 4L << 20;

  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, byte[]> live;
  private FileOutputStream out;
  private long liveBytes;
  private long fileBytes;
  private volatile boolean dirty;

  private Journal(Path path, Map<String, byte[]> live) throws IOException {
    this.path = path;
    this.live = live;
    this.out = rewrite();
  }

  /**
   * Opens a journal, or begins one.
   *
   * @param path the file; what follows its last whole record is dropped
   * @throws Fault.DataLoss when the file is no journal or was written by a newer Berth
   * @throws IOException when the file cannot be read or written
   */
  public static Journal open(Path path) throws IOException {
    Map<String, byte[]> live = new LinkedHashMap<>();
    if (Files.exists(path)) {
      ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
      int version = RecordFormat.version(file);
      if (version != RecordFormat.VERSION) {
        throw new Fault.DataLoss(
            "journal " + path + ": version " + version + " is not " + RecordFormat.VERSION, null);
      }
      replay(file, live);
    }
    return new Journal(path, live);
  }

  private static void replay(ByteBuffer file, Map<String, byte[]> live) {
    boolean whole = true;
    while (whole) {
      whole = RecordFormat.replay(file, live);
    }
  }

  /** The live records, oldest first; a copy. */
  public Map<String, byte[]> records() {
    lock.lock();
    try {
      return new LinkedHashMap<>(live);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes a record down, replacing the one with the same key.
   *
   * @throws UncheckedIOException when it could not be written; the old record then still stands
   */
  public void put(String key, byte[] value) {
    byte[] record = RecordFormat.put(key, value);
    lock.lock();
    try {
      append(record);
      byte[] old = live.put(key, value);
      liveBytes += value.length - (old == null ? 0 : old.length);
      rewriteIfHeavy();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets a record; a key that is not there is no error.
   *
   * @throws UncheckedIOException when that could not be written down
   */
  public void forget(String key) {
    lock.lock();
    try {
      byte[] old = live.get(key);
      if (old != null) {
        append(RecordFormat.forget(key));
        live.remove(key);
        liveBytes -= old.length;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Asks the disk to have everything written so far; does nothing when it has. */
  public void sync() throws IOException {
    if (dirty) {
      dirty = false;
      FileOutputStream current;
      lock.lock();
      try {
        current = out;
      } finally {
        lock.unlock();
      }
      // outside the lock: a slow disk must not hold up a pod start
      current.getFD().sync();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      out.close();
    } finally {
      lock.unlock();
    }
  }

  private void append(byte[] record) {
    try {
      // one write: after kill -9 the record is there whole or not at all, but for a full disk
      out.write(record);
      fileBytes += record.length;
      dirty = true;
    } catch (IOException e) {
      dropTornTail(e);
      throw new UncheckedIOException("journal " + path + ": append failed", e);
    }
  }

  /** Cuts off what a failed write left, so that later records do not stand behind rubbish. */
  private void dropTornTail(IOException cause) {
    try {
      out.getChannel().truncate(fileBytes);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void rewriteIfHeavy() {
    if (fileBytes - liveBytes > Math.max(MIN_REWRITE, liveBytes)) {
      try {
        FileOutputStream old = out;
        out = rewrite();
        old.close();
      } catch (IOException e) {
        throw new UncheckedIOException("journal " + path + ": rewrite failed", e);
      }
    }
  }

  private FileOutputStream rewrite() throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    FileOutputStream file = new FileOutputStream(fresh.toFile());
    byte[] all = image();
    file.write(all);
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    liveBytes = live.values().stream().mapToLong(v -> v.length).sum();
    fileBytes = all.length;
    dirty = true;
    return file;
  }

  private byte[] image() throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    bytes.write(RecordFormat.magic());
    for (var entry : live.entrySet()) {
      bytes.write(RecordFormat.put(entry.getKey(), entry.getValue()));
    }
    return bytes.toByteArray();
  }
}
