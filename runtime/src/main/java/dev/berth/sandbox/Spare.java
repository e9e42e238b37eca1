package dev.berth.sandbox;

import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Trash;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A shim whose pod is not known yet. Closing ends it, unless it was given to a pod. */
final class Spare implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spare.class);

  private final String id;
  private final Shim shim;
  private final Path directory;
  private boolean given;

  /**
   * A shim that answers.
   *
   * @param id the id that the pod will have
   * @param directory what is in it becomes the pod's
   */
  Spare(String id, Shim shim, Path directory) {
    this.id = id;
    this.shim = shim;
    this.directory = directory;
  }

  String id() {
    return id;
  }

  Path directory() {
    return directory;
  }

  /** The shim, which is the caller's to end from now on. */
  Shim give() {
    given = true;
    return shim;
  }

  @Override
  public void close() {
    if (given) {
      return;
    }
    try {
      shim.end(true);
    } catch (ShimFailure e) {
      LOG.debug("ending the spare shim {}: {}", shim.pid(), e.getMessage()); // it is gone
    } finally {
      shim.close();
    }
    try {
      Trash.delete(directory);
    } catch (IOException e) {
      LOG.warn("removing {} failed; it is swept at the next start", directory, e);
    }
  }
}
