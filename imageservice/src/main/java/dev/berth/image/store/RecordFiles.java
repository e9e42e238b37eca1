package dev.berth.image.store;

import dev.berth.image.content.StorePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all records at start. */
final class RecordFiles {
  private static final Logger log = LoggerFactory.getLogger(RecordFiles.class);
  private static final long MAX_BYTES = 16 << 20;

  private RecordFiles() {}

  /**
   * The records. One that is damaged is reported and dropped: its image counts as absent, and the
   * next pull fetches it again.
   */
  static Collection<ImageRecord> read(StorePaths paths) throws IOException {
    List<ImageRecord> records = new ArrayList<>();
    try (var files = Files.newDirectoryStream(paths.records())) {
      for (Path file : files) {
        readOne(paths, file, records);
      }
    }
    return records;
  }

  private static void readOne(StorePaths paths, Path file, List<ImageRecord> records)
      throws IOException {
    try {
      ImageRecord record = decode(file);
      check(paths, file, record);
      records.add(record);
    } catch (IOException e) {
      log.error("image record {}: {}; dropped, pull the image again", file, e.getMessage());
      Files.move(file, paths.freshTrash());
    }
  }

  private static ImageRecord decode(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("larger than " + MAX_BYTES + " bytes");
    }
    return RecordCodec.decode(Files.readAllBytes(file));
  }

  private static void check(StorePaths paths, Path file, ImageRecord record) throws IOException {
    if (!paths.record(record.id()).getFileName().equals(file.getFileName())) {
      throw new IOException("holds another image, " + record.id());
    }
  }
}
