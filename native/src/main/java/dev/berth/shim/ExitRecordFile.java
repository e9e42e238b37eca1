package dev.berth.shim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what the shim wrote when a container ended. */
public final class ExitRecordFile {
  private static final String FIRST = "berth-exit 1";
  private static final String LAST = "end";

  private ExitRecordFile() {}

  /**
   * The record in a file; empty while the container has not ended, or when there is no file.
   *
   * @throws IOException when the file cannot be read, or holds something else
   */
  public static Optional<ExitRecord> read(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException never) {
      return Optional.empty();
    }
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    if (!lines.getFirst().equals(FIRST) || !lines.getLast().equals(LAST)) {
      throw new IOException("read exit record " + file + ": it is no exit record of version 1");
    }
    return Optional.of(parse(file, lines.subList(1, lines.size() - 1)));
  }

  private static ExitRecord parse(Path file, List<String> lines) throws IOException {
    Map<String, String> facts = new HashMap<>();
    for (String line : lines) {
      int space = line.indexOf(' ');
      facts.put(space < 0 ? line : line.substring(0, space), line.substring(space + 1));
    }
    try {
      return new ExitRecord(
          (int) number(facts, "status"),
          (int) number(facts, "signal"),
          number(facts, "time"),
          number(facts, "oom-kills"),
          facts.getOrDefault("reason", ""));
    } catch (NumberFormatException e) {
      throw new IOException("read exit record " + file + ": " + e.getMessage(), e);
    }
  }

  private static long number(Map<String, String> facts, String name) {
    return Long.parseLong(facts.getOrDefault(name, "-1"));
  }
}
