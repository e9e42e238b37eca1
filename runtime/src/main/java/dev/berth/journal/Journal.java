package dev.berth.journal;

import dev.berth.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map from keys to values that survives the daemon; see the package for what "survives" means.
 *
 * <p>The file only grows until {@link #maintain}, which is called behind the requests, finds that
 * the dead weight in it exceeds the live records and {@value #MIN_REWRITE} bytes, and writes it
 * anew with the live records alone.
 */
public final class Journal implements AutoCloseable {
  static final long MIN_REWRITE = 4L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, byte[]> live;
  private final Reserve reserve;
  private JournalFile file;
  private long liveBytes;
  private volatile boolean dirty;

  private Journal(Path path, Map<String, byte[]> live, JournalFile file) {
    this.path = path;
    this.live = live;
    this.reserve = new Reserve(path.resolveSibling(path.getFileName() + ".reserve"));
    this.file = file;
    this.liveBytes = live.values().stream().mapToLong(v -> v.length).sum();
  }

  /**
   * Opens a journal, or begins one.
   *
   * @param path the file; what follows its last whole record is dropped. A file of zeros, or an
   *     empty one, is what a power cut can leave of a journal that was only begun
   * @throws Fault.DataLoss when the file is no journal or was written by a newer Berth
   * @throws IOException when the file cannot be read or written
   */
  public static Journal open(Path path) throws IOException {
    Map<String, byte[]> live = new LinkedHashMap<>();
    byte[] content = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
    if (isBlank(content)) {
      if (content.length > 0) {
        LOG.warn("journal {}: nothing but zeros, begun anew", path);
      }
      return new Journal(path, live, begin(path));
    }
    ByteBuffer bytes = ByteBuffer.wrap(content);
    int version = RecordFormat.version(bytes);
    if (version != RecordFormat.VERSION) {
      throw new Fault.DataLoss(
          "journal " + path + ": version " + version + " is not " + RecordFormat.VERSION, null);
    }
    replay(bytes, live);
    if (bytes.hasRemaining()) {
      LOG.warn(
          "journal {}: its last {} bytes are no whole record, dropped", path, bytes.remaining());
    }
    return new Journal(path, live, JournalFile.open(path, bytes.position()));
  }

  private static boolean isBlank(byte[] content) {
    for (byte b : content) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static JournalFile begin(Path path) throws IOException {
    JournalFile file = JournalFile.beside(path, RecordFormat.magic()).takeItsPlace(path);
    JournalFile.syncDirectory(path);
    return file;
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

  private void append(byte[] record) {
    try {
      appendOrTakeReserve(record);
      dirty = true;
    } catch (IOException e) {
      throw new UncheckedIOException("journal " + path + ": append failed", e);
    }
  }

  private void appendOrTakeReserve(byte[] record) throws IOException {
    try {
      file.append(record);
    } catch (IOException e) {
      if (!reserve.giveUp()) {
        throw e;
      }
      file.append(record);
    }
  }

  /**
   * Has the disk keep everything written so far, and writes the file anew when most of it is dead
   * weight. For one thread behind the requests: it waits for the disk, the requests do not wait for
   * it. What fails is tried again by the next call.
   */
  public void maintain() throws IOException {
    keepReserve();
    if (!dirty) {
      return;
    }
    dirty = false;
    try {
      if (!rewriteIfHeavy()) {
        // outside the lock: a slow disk must not hold up a pod start
        current().sync();
      }
    } catch (IOException e) {
      dirty = true;
      throw e;
    }
  }

  private void keepReserve() {
    lock.lock();
    try {
      reserve.keep();
    } finally {
      lock.unlock();
    }
  }

  private JournalFile current() {
    lock.lock();
    try {
      return file;
    } finally {
      lock.unlock();
    }
  }

  /** The new file is written and synced outside the lock; what came meanwhile is added to it. */
  private boolean rewriteIfHeavy() throws IOException {
    byte[] records;
    long position;
    lock.lock();
    try {
      position = file.size();
      if (position - liveBytes <= Math.max(MIN_REWRITE, liveBytes)) {
        return false;
      }
      records = image();
    } finally {
      lock.unlock();
    }
    replaceBy(JournalFile.beside(path, records), position);
    JournalFile.syncDirectory(path);
    return true;
  }

  private void replaceBy(JournalFile fresh, long position) throws IOException {
    lock.lock();
    try {
      byte[] meanwhile = file.since(position);
      if (meanwhile.length > 0) {
        fresh.append(meanwhile);
        dirty = true;
      }
      JournalFile placed = fresh.takeItsPlace(path);
      file.close();
      file = placed;
    } catch (IOException e) {
      fresh.close();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private byte[] image() throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(RecordFormat.magic());
    for (var entry : live.entrySet()) {
      bytes.write(RecordFormat.put(entry.getKey(), entry.getValue()));
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      file.close();
    } finally {
      lock.unlock();
    }
  }
}
