package dev.berth.e2e.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Facts about the machine as a whole. What vanishes while it is read is left out. */
final class MachineFacts {
  private static final Path PROC = Path.of("/proc");

  /** The cgroups in which the machine's own manager runs what it is asked to. */
  private static final String MACHINES_OWN = "process_api";

  private static final List<String> PATH = List.of("/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft");

  private MachineFacts() {}

  static void collect(Set<String> facts, Collection<WatchedDaemon> watched) {
    mounts(facts);
    mountsElsewhere(facts, watched);
    children(facts, "link", Path.of("/sys/class/net"));
    children(facts, "netns", Path.of("/run/netns"));
    packetFilter(facts);
    cgroups(facts);
    processes(facts, watched);
  }

  /** One line a mount: where, of what kind, from what (proc_pid_mountinfo(5)). */
  private static void mounts(Set<String> facts) {
    for (String line : lines(Path.of("/proc/thread-self/mountinfo"))) {
      String[] halves = line.split(" - ", 2);
      String[] first = halves[0].split(" ", -1);
      facts.add("mount " + first[4] + " root=" + first[3] + " " + halves[1]);
    }
  }

  /** What lies on folders of the watched daemons in any other mount namespace. */
  private static void mountsElsewhere(Set<String> facts, Collection<WatchedDaemon> watched) {
    Set<String> seen = new HashSet<>(Set.of(namespace(Path.of("/proc/thread-self"))));
    for (Path process : processes()) {
      String namespace = namespace(process);
      if (seen.add(namespace)) {
        for (String line : lines(process.resolve("mountinfo"))) {
          if (watched.stream().anyMatch(daemon -> daemon.marks(line))) {
            facts.add("mount in " + namespace + ": " + line.replaceFirst("^\\d+ \\d+ ", ""));
          }
        }
      }
    }
  }

  private static String namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }

  private static List<Path> processes() {
    try (Stream<Path> entries = Files.list(PROC)) {
      return entries
          .filter(entry -> Character.isDigit(entry.getFileName().toString().charAt(0)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + PROC, e);
    }
  }

  private static void children(Set<String> facts, String kind, Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      entries.forEach(entry -> facts.add(kind + " " + entry.getFileName()));
    } catch (IOException e) {
      facts.remove(kind); // the folder is not there: no facts of this kind
    }
  }

  /** The rules without their counters, each line with its table before it. */
  private static void packetFilter(Set<String> facts) {
    String table = "";
    for (String line : ruleset()) {
      String rule = line.strip().replaceAll("(packets|bytes) \\d+", "$1 N");
      if (line.startsWith("table ")) {
        table = rule.replace(" {", "");
      }
      if (!rule.isEmpty() && !rule.equals("}")) {
        facts.add("nft " + table + ": " + rule);
      }
    }
  }

  private static List<String> ruleset() {
    for (String program : PATH) {
      if (Files.isExecutable(Path.of(program))) {
        try {
          Process nft = new ProcessBuilder(program, "-n", "list", "ruleset").start();
          byte[] listed = nft.getInputStream().readAllBytes();
          return new String(listed, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
          throw new UncheckedIOException(program + " list ruleset", e);
        }
      }
    }
    return List.of();
  }

  private static void cgroups(Set<String> facts) {
    walk(Path.of("/sys/fs/cgroup"), facts, new HashSet<>());
  }

  private static void walk(Path folder, Set<String> facts, Set<Path> seen) {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        boolean ours = !entry.endsWith(MACHINES_OWN);
        if (ours && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && seen.add(entry)) {
          facts.add("cgroup " + entry);
          walk(entry, facts, seen);
        }
      }
    } catch (IOException e) {
      facts.remove("cgroup " + folder); // removed meanwhile
    }
  }

  /** Every process that is named after Berth, sits in a cgroup of a watched daemon, or is ours. */
  private static void processes(Set<String> facts, Collection<WatchedDaemon> watched) {
    Set<Long> ours = new HashSet<>();
    ProcessHandle.current().descendants().forEach(child -> ours.add(child.pid()));
    watched.forEach(daemon -> ours.remove(daemon.pid()));
    processes().forEach(entry -> process(facts, watched, ours, entry));
  }

  private static void process(
      Set<String> facts, Collection<WatchedDaemon> watched, Set<Long> ours, Path entry) {
    long pid = Long.parseLong(entry.getFileName().toString());
    if (watched.stream().anyMatch(daemon -> daemon.pid() == pid)) {
      return;
    }
    String name = String.join(" ", lines(entry.resolve("comm")));
    String groups = String.join(" ", lines(entry.resolve("cgroup")));
    if (watched.stream().anyMatch(daemon -> daemon.keepsSpare(entry))) {
      return;
    }
    boolean marked = watched.stream().anyMatch(daemon -> groups.contains(daemon.instance()));
    boolean transientChild = name.equals("nft") || name.equals("docker-registry");
    if (name.startsWith("berth") || marked || (ours.contains(pid) && !transientChild)) {
      facts.add("process " + pid + " " + name + (marked ? " in " + groups : ""));
      if (name.equals("berth-shim") && marked) {
        facts.add("fd of shim " + pid + ": " + descriptors(entry) + " in " + groups);
      }
    }
  }

  /** How many a process has. */
  private static long descriptors(Path process) {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return open.count();
    } catch (IOException e) {
      return 0; // it ended meanwhile
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of(); // the process ended meanwhile
    }
  }
}
