package dev.berth.e2e.machine;

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

  boolean marks(String fact) {
    return fact.contains(instance) || fact.contains(home.toString());
  }
}
