package dev.berth.recovery;

import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.Trash;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes directories of pods that no record knows. Of pods, a daemon that dies leaves none, since
 * it writes down what it is about to make; somebody who deletes the journal does. Its spare shim
 * has no record, and this is how its directory ends.
 */
public final class OrphanDirectories {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanDirectories.class);

  private final Layout layout;
  private final Pods pods;

  public OrphanDirectories(Layout layout, Pods pods) {
    this.layout = layout;
    this.pods = pods;
  }

  /** Sweeps; what cannot be removed is logged, and tried again at the next start. */
  public void sweep() {
    sweep(layout.pods());
    sweep(layout.spares());
  }

  private void sweep(Path directory) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (pods.findSandbox("pod", entry.getFileName().toString()).isEmpty()) {
          LOG.warn("removing {}: no record knows it", entry);
          Trash.delete(entry);
        }
      }
    } catch (IOException e) {
      LOG.warn("sweeping {} failed", directory, e);
    }
  }
}
