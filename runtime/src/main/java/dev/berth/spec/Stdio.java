package dev.berth.spec;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A container's streams.
 *
 * @param logPath absolute path of its log file, inside the pod's log directory; null for none
 * @param tty whether it gets a terminal
 * @param stdin whether its stdin stays open for somebody to attach
 * @param stdinOnce whether stdin ends with the first who attached
 */
public record Stdio(@Nullable String logPath, boolean tty, boolean stdin, boolean stdinOnce) {

  /**
   * Reads it. Without a log directory, or without a log path, there is no log.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument the log path leads out of the log directory
   */
  static Stdio of(ContainerConfig config, String logDirectory) {
    return new Stdio(
        logPath(config.getLogPath(), logDirectory),
        config.getTty(),
        config.getStdin(),
        config.getStdinOnce());
  }

  private static @Nullable String logPath(String path, String directory) {
    if (path.isEmpty() || directory.isEmpty()) {
      return null;
    }
    Paths.plain("config.log_path", path);
    String root = Paths.absolute("sandbox_config.log_directory", directory);
    String full = Paths.absolute("config.log_path", root + "/" + path);
    if (full.equals(root) || !Paths.within(root, full)) {
      throw Refusal.of("config.log_path", path, "leads out of the pod's log directory " + root);
    }
    return full;
  }
}
