package dev.berth.journal;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a journal's file holds, read without changing it: also while a daemon appends to it.
 *
 * @param version the format it was written in
 * @param records the live records, oldest first
 * @param bytes its length
 * @param torn how many bytes at its end are no whole record: what a dying daemon did not finish
 */
public record JournalContent(int version, Map<String, byte[]> records, int bytes, int torn) {

  /**
   * Reads a file of any version that there ever was; {@code journal/vN} in the tests is kept for
   * each of them.
   *
   * @throws Fault.DataLoss when the file is no journal or was written by a newer Berth
   * @throws IOException when the file cannot be read
   */
  public static JournalContent read(Path path) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
    int version = RecordFormat.version(file);
    if (version > RecordFormat.VERSION) {
      throw new Fault.DataLoss(
          "journal "
              + path
              + ": its version "
              + version
              + " is of a newer Berth, this one knows versions up to "
              + RecordFormat.VERSION,
          null);
    }
    if (version < 1) {
      throw new Fault.DataLoss("journal " + path + ": the file is no journal", null);
    }
    Map<String, byte[]> live = new LinkedHashMap<>();
    boolean whole = true;
    while (whole) {
      whole = RecordFormat.replay(file, live);
    }
    return new JournalContent(version, live, file.limit(), file.remaining());
  }
}
