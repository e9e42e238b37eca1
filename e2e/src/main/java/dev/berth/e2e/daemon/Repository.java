package dev.berth.e2e.daemon;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's files are. */
public final class Repository {
  private Repository() {}

  /**
   * The top folder: the system property {@code berth.repo}, otherwise the nearest folder upwards
   * that holds {@code .mvn}.
   */
  public static Path root() {
    String given = System.getProperty("berth.repo");
    if (given != null) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    Path here = Path.of("").toAbsolutePath();
    for (Path dir = here; dir != null; dir = dir.getParent()) {
      if (Files.isDirectory(dir.resolve(".mvn"))) {
        return dir;
      }
    }
    throw new IllegalStateException("no folder with .mvn above " + here);
  }

  /** The launcher: {@code bin/berth}, or what the system property {@code berth.bin} names. */
  public static Path launcher() {
    String given = System.getProperty("berth.bin");
    return given != null ? Path.of(given) : root().resolve("bin/berth");
  }
}
