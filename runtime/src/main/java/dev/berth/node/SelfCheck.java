package dev.berth.node;

import dev.berth.cgroup.Cgroups;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.telemetry.Exposition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is on the machine for pods and containers that nobody knows: leaks, which there should be
 * none of.
 *
 * <p>A record is written before what it is about is made, and forgotten after that is gone. So what
 * is listed first, is of nobody known then, and still is there afterwards, has leaked: nothing that
 * is just being made or removed is counted.
 */
final class SelfCheck implements Consumer<Exposition> {
  private static final int MOST = 100_000;

  private final Pods pods;
  private final Layout layout;
  private final Cgroups cgroups;

  SelfCheck(Pods pods, Layout layout, Cgroups cgroups) {
    this.pods = pods;
    this.layout = layout;
    this.cgroups = cgroups;
  }

  @Override
  public void accept(Exposition page) {
    List<Path> podDirectories = entries(layout.pods());
    List<Path> layers = entries(layout.containers());
    List<Path> podCgroups =
        cgroups.ownPods().stream().flatMap(base -> entries(Path.of(base)).stream()).toList();
    Set<String> known = new HashSet<>();
    for (Sandbox sandbox : pods.anySandboxes()) {
      known.add(sandbox.id());
      sandbox.containers().stream().map(Container::id).forEach(known::add);
    }
    page.family(
        "berth_leaks", "gauge", "What no pod and no container that is known needs, by kind.");
    page.row("berth_leaks", leaked(podDirectories, known), "kind", "pod directory");
    page.row("berth_leaks", leaked(layers, known), "kind", "writable layer");
    page.row("berth_leaks", leaked(podCgroups, known), "kind", "cgroup");
  }

  private static long leaked(List<Path> found, Set<String> known) {
    return found.stream()
        .filter(path -> !known.contains(String.valueOf(path.getFileName())))
        .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        .count();
  }

  private static List<Path> entries(Path directory) {
    try (Stream<Path> found = Files.list(directory)) {
      return found
          .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .limit(MOST)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
