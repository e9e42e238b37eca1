package dev.berth.container;

import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.Layout;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what somebody else has taken away of a container that is about to be removed. */
final class LeftBehind {
  private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

  private LeftBehind() {}

  /**
   * Logs what is missing; the removal goes on without it. A removal that is finished after it broke
   * half-way finds the same, and may say so.
   */
  static void say(Container container, Layout layout) {
    if (container.state() instanceof ContainerState.Making) {
      return;
    }
    List<String> missing = new ArrayList<>(container.born().getCgroupsList());
    missing.add(layout.disk(container.id()).resolve("upper").toString());
    missing.removeIf(path -> Files.isDirectory(Path.of(path), LinkOption.NOFOLLOW_LINKS));
    if (!missing.isEmpty()) {
      LOG.warn("container {}: somebody had removed {}", container.id(), missing);
    }
  }
}
