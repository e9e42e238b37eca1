package dev.berth.e2e.cri;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of a container's log in the CRI's format: time, stream, tag, text.
 *
 * @param time when it was written
 * @param stream stdout or stderr
 * @param partial whether the line goes on in the next entry
 * @param text without the line's end
 */
public record LogLine(Instant time, String stream, boolean partial, String text) {

  /**
   * Reads a log.
   *
   * @throws IllegalArgumentException for a line that is not in the format
   */
  public static List<LogLine> read(Path log) throws IOException {
    if (!Files.exists(log)) {
      return List.of();
    }
    String all = Files.readString(log, StandardCharsets.ISO_8859_1);
    List<LogLine> lines = new ArrayList<>();
    for (String line : all.split("\n", -1)) {
      if (!line.isEmpty()) {
        lines.add(parse(line));
      }
    }
    return lines;
  }

  /** The text of one stream, partial lines joined. */
  public static String text(List<LogLine> lines, String stream) {
    StringBuilder text = new StringBuilder();
    for (LogLine line : lines) {
      if (line.stream.equals(stream)) {
        text.append(line.text).append(line.partial ? "" : "\n");
      }
    }
    return text.toString();
  }

  private static LogLine parse(String line) {
    String[] parts = line.split(" ", 4);
    boolean known =
        parts.length == 4
            && (parts[1].equals("stdout") || parts[1].equals("stderr"))
            && (parts[2].equals("F") || parts[2].equals("P"));
    if (!known) {
      throw new IllegalArgumentException("not a line of a CRI log: " + line);
    }
    return new LogLine(Instant.parse(parts[0]), parts[1], parts[2].equals("P"), parts[3]);
  }
}
