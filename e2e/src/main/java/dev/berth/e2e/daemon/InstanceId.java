package dev.berth.e2e.daemon;

import dev.berth.e2e.registry.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The eight hex digits by which a daemon's bridge, table and cgroups are told from another's. */
public final class InstanceId {
  private InstanceId() {}

  /** The id of the daemon whose root folder this is; the folder must exist. */
  public static String of(Path root) {
    try {
      byte[] path = root.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
      String digest = Digests.sha256(path);
      return digest.substring(digest.indexOf(':') + 1).substring(0, 8);
    } catch (IOException e) {
      throw new UncheckedIOException("no daemon root at " + root, e);
    }
  }
}
