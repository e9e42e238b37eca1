package dev.berth.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * A layer below those of every image, which has the places that Berth mounts on. Most images lack
 * them; making them in the writable layer of each container costs seven changes of the disk, and
 * shows as content that the container never wrote. What an image has of its own lies above, so this
 * adds to images and changes nothing of theirs. An image of no layers has this one alone.
 */
public final class Skeleton {
  private static final List<String> DIRECTORIES = List.of("dev", "proc", "sys", "etc");
  private static final List<String> FILES = List.of("etc/hosts", "etc/hostname", "etc/resolv.conf");

  private Skeleton() {}

  /** Makes what is missing of it. What is there is left alone: containers may be running on it. */
  public static void make(Path layer) throws IOException {
    Set<PosixFilePermission> searchable = PosixFilePermissions.fromString("rwxr-xr-x");
    Files.createDirectories(layer);
    Files.setPosixFilePermissions(layer, searchable);
    for (String name : DIRECTORIES) {
      Path directory = Files.createDirectories(layer.resolve(name));
      Files.setPosixFilePermissions(directory, searchable);
    }
    for (String name : FILES) {
      Path file = layer.resolve(name);
      if (!Files.exists(file)) {
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }
}
