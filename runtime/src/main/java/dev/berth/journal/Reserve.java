package dev.berth.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on the disk that is kept for the journal alone. On a full disk it is given up, so that what
 * ends pods, and with it makes room, can still be written down.
 *
 * <p>Not thread-safe: the journal's lock guards it.
 */
final class Reserve {
  private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

  /** Some hundred records. */
  static final int BYTES = 256 << 10;

  /** A disk that is nearly full keeps its room for others than us. */
  private static final int PLENTY = 4 * BYTES;

  private final Path file;

  Reserve(Path file) {
    this.file = file;
  }

  /** Keeps the room again, if there is plenty. */
  void keep() {
    try {
      if (!Files.exists(file) && Files.getFileStore(file.getParent()).getUsableSpace() > PLENTY) {
        Files.write(file, new byte[BYTES]);
      }
    } catch (IOException e) {
      LOG.debug("{}: no room is kept for the journal", file, e);
    }
  }

  /**
   * Gives the room up.
   *
   * @return whether there was any
   */
  boolean giveUp() {
    try {
      boolean given = Files.deleteIfExists(file);
      if (given) {
        LOG.warn("the disk is full: the journal takes the room that was kept for it");
      }
      return given;
    } catch (IOException e) {
      return false;
    }
  }
}
