package dev.berth.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.PodSandboxStatusRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a verbose status tells a person who debugs, and what that person can do with it behind the
 * daemon's back.
 */
record Debugged(JsonNode info) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a pod: its process is the shim. */
  static Debugged pod(Node node, String pod) {
    var request =
        PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod).setVerbose(true).build();
    return of(node.runtime().podSandboxStatus(request).getInfoOrThrow("info"));
  }

  /** Of a container: its process is the init. */
  static Debugged container(Node node, String container) {
    var request =
        ContainerStatusRequest.newBuilder().setContainerId(container).setVerbose(true).build();
    return of(node.runtime().containerStatus(request).getInfoOrThrow("info"));
  }

  private static Debugged of(String json) {
    try {
      return new Debugged(JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a signal to the process. */
  void signal(String name) throws IOException {
    signal(info.get("pid").asInt(), name);
  }

  /** Sends a signal to a process of the machine. */
  static void signal(int pid, String name) throws IOException {
    run("kill", "-" + name, Integer.toString(pid));
  }

  /** Runs a program, which must succeed. */
  static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  Path directory() {
    return Path.of(info.get("directory").asText());
  }

  String link() {
    return info.at("/network/link").asText();
  }

  /** The directories of its cgroup. */
  List<Path> cgroups() {
    List<Path> all = new ArrayList<>();
    info.get("cgroups").forEach(path -> all.add(Path.of(path.asText())));
    return all;
  }

  /** Moves the processes of a cgroup out of it, and removes it. */
  void removeCgroups() throws IOException {
    for (Path group : cgroups()) {
      Path root = group;
      while (Files.exists(root.resolveSibling("cgroup.procs"))) {
        root = root.resolve("..").normalize();
      }
      empty(group.resolve("cgroup.procs"), root.resolve("cgroup.procs"));
      Files.delete(group);
    }
  }

  /** Moves the process to where the daemon's shims are, in every hierarchy. */
  void moveToTheShims(String instance) throws IOException {
    String below = "berth-" + instance + "/shims/cgroup.procs";
    try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path hierarchy :
          Stream.concat(hierarchies, Stream.of(Path.of("/sys/fs/cgroup"))).toList()) {
        if (Files.exists(hierarchy.resolve(below))) {
          Files.writeString(hierarchy.resolve(below), info.get("pid").asText());
        }
      }
    }
  }

  private static void empty(Path from, Path to) throws IOException {
    List<String> pids = Files.readAllLines(from);
    while (!pids.isEmpty()) {
      try {
        Files.writeString(to, pids.getFirst());
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("No such process")) {
          throw e; // else it has ended meanwhile
        }
      }
      pids = Files.readAllLines(from);
    }
  }
}
