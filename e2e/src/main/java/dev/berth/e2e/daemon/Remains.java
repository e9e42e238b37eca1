package dev.berth.e2e.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a daemon leaves on the machine when it ends, so that its pods live on: its bridge, its
 * packet filter table and its cgroup base. Only these, only by their full names, only when empty.
 *
 * @param instance the daemon's instance id
 */
public record Remains(String instance) {

  /** Those of one daemon. */
  public static Remains of(String instance) {
    return new Remains(instance);
  }

  /** Takes them away; nothing to do when there are none. */
  public void remove() {
    run("ip", "link", "delete", "bth" + instance);
    for (String family : List.of("inet", "ip", "ip6", "netdev")) {
      run("nft", "delete", "table", family, "berth-" + instance);
    }
    try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      hierarchies.map(top -> top.resolve("berth-" + instance)).forEach(Remains::removeGroups);
    } catch (IOException e) {
      throw new UncheckedIOException("listing the cgroup hierarchies", e);
    }
    removeGroups(Path.of("/sys/fs/cgroup/berth-" + instance));
  }

  private static void removeGroups(Path base) {
    if (!Files.isDirectory(base)) {
      return;
    }
    try (Stream<Path> below = Files.walk(base)) {
      below
          .filter(Files::isDirectory)
          .sorted(Comparator.reverseOrder())
          .forEach(group -> group.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + base, e);
    }
  }

  /** Silent when there is nothing of that name: the guard sees what stays. */
  private static void run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
