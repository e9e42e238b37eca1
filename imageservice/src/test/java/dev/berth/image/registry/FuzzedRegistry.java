package dev.berth.image.registry;

import java.nio.file.Path;
import java.util.List;

/** What of this package the fuzz reaches. */
public final class FuzzedRegistry {
  private FuzzedRegistry() {}

  /** Reads an authentication header. */
  public static void challenge(String header) {
    for (Challenge challenge : Challenge.parse(List.of(header))) {
      challenge.parameter("realm");
    }
  }

  /** Reads the hosts of r.example in a folder. */
  public static void hosts(Path folder) {
    new HostsFolder(folder).hostsOf("r.example");
  }
}
