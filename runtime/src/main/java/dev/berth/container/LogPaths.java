package dev.berth.container;

import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import java.nio.file.Path;

/** Where a container's log is: its own path below its pod's log directory. */
public final class LogPaths {
  private LogPaths() {}

  /** The absolute path, or empty when the pod or the container asked for no log. */
  public static String of(Pods pods, Container container) {
    String path = container.born().getConfig().getLogPath();
    String directory =
        pods.findSandbox("pod_sandbox_id", container.sandboxId())
            .map(Sandbox::born)
            .map(born -> born.getConfig().getLogDirectory())
            .orElse("");
    return path.isEmpty() || directory.isEmpty() ? "" : Path.of(directory).resolve(path).toString();
  }
}
