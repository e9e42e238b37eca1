package dev.berth.recovery;

import dev.berth.journal.Journal;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Trash;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writable layers that no record names. A daemon that dies leaves none, since a record comes before
 * its layer; but a power cut can take the journal's last seconds and leave what was made in them.
 */
public final class OrphanLayers {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanLayers.class);

  private OrphanLayers() {}

  /**
   * Throws them away; for the daemon's start, when nothing runs any more that no record names. What
   * cannot be moved stays until the next start.
   */
  public static void discard(Layout layout, Journal journal, Trash trash) {
    Set<String> known = journal.records().keySet();
    try (DirectoryStream<Path> layers = Files.newDirectoryStream(layout.containers())) {
      for (Path layer : layers) {
        String container = String.valueOf(layer.getFileName());
        if (!known.contains(Container.key(container))) {
          LOG.info("container {}: no record names its writable layer, thrown away", container);
          trash.discard(layer);
        }
      }
    } catch (IOException e) {
      LOG.warn(
          "writable layers in {} that no record names: not thrown away", layout.containers(), e);
    }
  }
}
