package dev.berth.cni;

import dev.berth.cni.conf.CniJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of all attachments, in memory and a file each. A file is written beside its place and
 * renamed, without a sync: it must outlive the daemon and an orderly reboot, and plugins' own
 * leases do not outlive more.
 *
 * <p>Threads: safe; one pod's calls come one after another.
 */
final class RecordStore {
  private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);
  private static final String END = ".json";

  private final Path folder;
  private final Map<String, AttachmentRecord> records = new ConcurrentHashMap<>();

  RecordStore(Path folder) {
    this.folder = folder;
  }

  /** Reads all files; one that cannot be read is put aside, with a warning. */
  void load() throws IOException {
    for (Path file : files()) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] text = in.readNBytes(CniJson.MAX_BYTES + 1);
        AttachmentRecord record = AttachmentRecord.read(text, file.toString());
        records.put(record.podId(), record);
      } catch (IOException e) {
        LOG.warn("record of an attachment is put aside: {}", e.getMessage());
        Files.move(file, Path.of(file + ".bad"), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + END)) {
      found.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return files;
  }

  void save(AttachmentRecord record) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path place = folder.resolve(record.podId() + END);
    Path beside = folder.resolve(record.podId() + ".new");
    Files.write(beside, CniJson.bytes(record.json()));
    Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
    records.put(record.podId(), record);
  }

  void forget(String podId) throws IOException {
    Files.deleteIfExists(folder.resolve(podId + ".new"));
    Files.deleteIfExists(folder.resolve(podId + END));
    records.remove(podId);
  }

  @Nullable AttachmentRecord find(String podId) {
    return records.get(podId);
  }

  Collection<AttachmentRecord> all() {
    return List.copyOf(records.values());
  }
}
