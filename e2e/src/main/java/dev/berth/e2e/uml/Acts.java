package dev.berth.e2e.uml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was promised to somebody outside the guest: pulls that were answered, removals that were
 * begun. Lies on this machine's disk, so that it outlives the guest's power.
 */
final class Acts {
  private static final char PULLED = 'P';
  private static final char REMOVING = 'R';

  private final Path file;

  Acts(Path file) {
    this.file = file;
  }

  void pulled(int image) throws IOException {
    append(PULLED, image);
  }

  void removing(int image) throws IOException {
    append(REMOVING, image);
  }

  /** Images whose pull was answered and whose removal was not begun since. */
  Set<Integer> promised() throws IOException {
    Set<Integer> promised = new TreeSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        Integer image = Integer.valueOf(line.substring(1));
        if (line.charAt(0) == PULLED) {
          promised.add(image);
        } else {
          promised.remove(image);
        }
      }
    }
    return promised;
  }

  private void append(char act, int image) throws IOException {
    byte[] line = (act + Integer.toString(image) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      int _ = out.write(ByteBuffer.wrap(line));
      out.force(true);
    }
  }
}
