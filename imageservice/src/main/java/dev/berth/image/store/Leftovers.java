package dev.berth.image.store;

import dev.berth.image.content.StorePaths;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.reference.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** What a daemon that died left unfinished. */
final class Leftovers {
  private Leftovers() {}

  /**
   * Moves leftovers to the trash by renames, which take no time.
   *
   * @return everything that lies in the trash now
   */
  static List<Path> toTrash(StorePaths paths, LayerStore layers) throws IOException {
    for (Path file : in(paths.ingest())) {
      move(file, paths);
    }
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      for (Path file : in(paths.layers().resolve(algorithm.label()))) {
        if (!layers.isHeld(algorithm, String.valueOf(file.getFileName()))) {
          move(file, paths);
        }
      }
    }
    return in(paths.trash());
  }

  private static List<Path> in(Path directory) throws IOException {
    List<Path> all = new ArrayList<>();
    try (var files = Files.newDirectoryStream(directory)) {
      files.forEach(all::add);
    }
    return all;
  }

  private static void move(Path file, StorePaths paths) throws IOException {
    Files.move(file, paths.freshTrash(), StandardCopyOption.ATOMIC_MOVE);
  }
}
