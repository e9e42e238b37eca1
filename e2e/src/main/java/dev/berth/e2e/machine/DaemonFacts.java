package dev.berth.e2e.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Facts about one daemon: the descriptors that hold kernel objects, threads that there should be
 * one of, and what its pods left.
 */
final class DaemonFacts {
  /** The threads that are Berth's own; the kernel has the first 15 bytes of a name. */
  private static final Pattern OWN_THREAD = Pattern.compile("(berth-|net-|cni-|shims|pool-).*");

  /** Pools number their threads, and grow to a bound of their own. */
  private static final Pattern OF_A_POOL = Pattern.compile("berth-(stream-ca|streams-1)");

  private DaemonFacts() {}

  static void collect(Set<String> facts, WatchedDaemon daemon) {
    descriptors(facts, daemon);
    threads(facts, daemon);
    files(facts, daemon.state());
    facts.removeIf(fact -> fact.startsWith("file " + daemon.state().resolve("spares")));
    files(facts, daemon.root().resolve("containers"));
  }

  /** Namespaces, pidfds and files of the daemon's folders, counted: sockets of clients vary. */
  private static void descriptors(Set<String> facts, WatchedDaemon daemon) {
    if (daemon.pid() == 0) {
      return;
    }
    Map<String, Integer> counts = new TreeMap<>();
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(daemon.pid()), "fd"))) {
      open.forEach(fd -> count(counts, fd, daemon));
    } catch (IOException e) {
      return; // it ended meanwhile
    }
    counts.forEach(
        (kind, count) -> facts.add("fd " + daemon.instance() + " " + kind + " " + count));
  }

  private static void count(Map<String, Integer> counts, Path fd, WatchedDaemon daemon) {
    try {
      String target = Files.readSymbolicLink(fd).toString();
      boolean namespace = target.matches("(net|mnt|ipc|uts|pid|user|cgroup|time):\\[.*");
      if (namespace || target.contains("[pidfd]")) {
        counts.merge(namespace ? target.replaceAll("\\[.*", "") : "pidfd", 1, Integer::sum);
      } else if (target.startsWith(daemon.state() + "/pods/")
          || target.startsWith(daemon.root() + "/containers/")) {
        counts.merge(target, 1, Integer::sum);
      }
    } catch (IOException e) {
      counts.remove(fd.toString()); // closed meanwhile
    }
  }

  /** Every thread of a pool that should be gone, and every second one of a name. */
  private static void threads(Set<String> facts, WatchedDaemon daemon) {
    if (daemon.pid() == 0) {
      return;
    }
    Map<String, Integer> counts = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(daemon.pid()), "task"))) {
      tasks.forEach(task -> counts.merge(name(task), 1, Integer::sum));
    } catch (IOException e) {
      return; // it ended meanwhile
    }
    counts.forEach(
        (name, count) -> {
          boolean own = OWN_THREAD.matcher(name).matches() && !OF_A_POOL.matcher(name).matches();
          if (own && (count > 1 || name.startsWith("pool-"))) {
            facts.add("thread " + daemon.instance() + " " + name + " " + count);
          }
        });
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }

  private static void files(Set<String> facts, Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(folder, 4)) {
      entries.filter(entry -> !entry.equals(folder)).forEach(entry -> facts.add("file " + entry));
    } catch (IOException | UncheckedIOException e) {
      facts.add("file " + folder + " (changed while it was read)");
    }
  }
}
