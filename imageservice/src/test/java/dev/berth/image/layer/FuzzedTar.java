package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/** What of this package the fuzz reaches. */
public final class FuzzedTar {
  /** Archives as texts; bytes above 127 do not occur in them. */
  public static final List<String> SEEDS =
      List.of(
          new String(
              new TarBuilder().dir("d").file("d/f", "content").hardLink("h", "d/f").build(),
              ISO_8859_1),
          new String(
              new TarBuilder()
                  .pax("path", "a/long/name", "SCHILY.xattr.user.a", "b", "mtime", "1.5")
                  .file("x", "y".repeat(600))
                  .device("n", 'c', 1, 3)
                  .build(),
              ISO_8859_1));

  private FuzzedTar() {}

  /** Reads an archive to its end. */
  public static void read(byte[] archive) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    byte[] chunk = new byte[4096];
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      EntryPath.of(entry.get().path());
      while (reader.read(chunk, 0, chunk.length) >= 0) {
        entry.get().shown();
      }
    }
  }
}
