package dev.berth.e2e.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A daemon that a snapshot looks at.
 *
 * @param pid its process id; 0 when it does not run
 * @param instance the id that its names carry
 * @param home the folder above its root and state
 * @param root its root folder
 * @param state its state folder
 */
public record WatchedDaemon(long pid, String instance, Path home, Path root, Path state) {

  /** Whether a process is the shim that a running daemon keeps for its next pod. */
  boolean keepsSpare(Path process) {
    if (pid == 0) {
      return false;
    }
    try {
      String arguments = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      String[] words = arguments.split("\0", -1);
      return words.length > 2
          && words[1].equals("--pod")
          && Files.isDirectory(state.resolve("spares").resolve(words[2]));
    } catch (IOException e) {
      return false; // it ended meanwhile
    }
  }

  boolean marks(String fact) {
    return fact.contains(instance) || fact.contains(home.toString());
  }
}
