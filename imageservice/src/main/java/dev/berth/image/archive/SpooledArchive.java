package dev.berth.image.archive;

import dev.berth.fault.Fault;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.layer.Decompression;
import dev.berth.image.layer.TarEntry;
import dev.berth.image.layer.TarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The regular files of a tar archive in a folder of the store, found by their names. */
public final class SpooledArchive implements AutoCloseable {
  private static final int MAX_FILES = 20_000;
  private static final long MAX_BYTES = 64L << 30;

  private final Path folder;
  private final Map<String, Path> files = new HashMap<>();

  private SpooledArchive(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads an archive to its end and closes it.
   *
   * @param folder a path that does not exist yet; deleted by {@link #close}
   */
  public static SpooledArchive read(InputStream archive, Path folder) throws IOException {
    SpooledArchive spooled = new SpooledArchive(Files.createDirectory(folder));
    try (InputStream plain = Decompression.of(archive)) {
      spooled.readAll(new TarReader(new BufferedInputStream(plain, 128 << 10)));
      return spooled;
    } catch (IOException | RuntimeException e) {
      spooled.close();
      throw e;
    }
  }

  private void readAll(TarReader tar) throws IOException {
    long total = 0;
    Optional<TarEntry> entry = tar.next();
    while (entry.isPresent()) {
      total += entry.get().size();
      if (files.size() >= MAX_FILES || total > MAX_BYTES) {
        throw new Fault.InvalidArgument(
            "image archive: more than " + MAX_FILES + " files or " + MAX_BYTES + " bytes");
      }
      if (entry.get().kind() == TarEntry.Kind.FILE) {
        spool(entry.get(), tar);
      }
      entry = tar.next();
    }
  }

  private void spool(TarEntry entry, TarReader tar) throws IOException {
    String name = new String(entry.path(), StandardCharsets.UTF_8).replaceFirst("^(\\./)+", "");
    Path file = folder.resolve(Integer.toString(files.size()));
    if (files.putIfAbsent(name, file) != null) {
      throw new Fault.InvalidArgument("image archive: holds \"" + entry.shown() + "\" twice");
    }
    byte[] chunk = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      int n;
      while ((n = tar.read(chunk, 0, chunk.length)) >= 0) {
        out.write(chunk, 0, n);
      }
    }
  }

  boolean has(String name) {
    return files.containsKey(name);
  }

  /**
   * A file's place.
   *
   * @throws Fault.InvalidArgument the archive does not hold it
   */
  Path file(String name) {
    Path file = files.get(name);
    if (file == null) {
      throw new Fault.InvalidArgument("image archive: \"" + name + "\" is missing");
    }
    return file;
  }

  /** A small file's content, bounded before it is read. */
  byte[] document(String name) throws IOException {
    Path file = file(name);
    if (Files.size(file) > BoundedJson.MAX_BYTES) {
      throw new Fault.InvalidArgument(
          "image archive: \"" + name + "\" is larger than " + BoundedJson.MAX_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }

  @Override
  public void close() {
    try (var all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new Fault.Internal("removing " + folder + ": " + e.getMessage(), e);
    }
  }
}
