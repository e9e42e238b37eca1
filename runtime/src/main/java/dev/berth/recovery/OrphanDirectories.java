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
 * Deletes directories of pods that no record knows. A daemon that dies leaves none, since it writes
 * down what it is about to make; somebody who deletes the journal does.
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
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.pods())) {
      for (Path entry : entries) {
        if (pods.findSandbox("pod", entry.getFileName().toString()).isEmpty()) {
          LOG.warn("removing {}: no record knows it", entry);
          Trash.delete(entry);
        }
      }
    } catch (IOException e) {
      LOG.warn("sweeping {} failed", layout.pods(), e);
    }
  }
}
