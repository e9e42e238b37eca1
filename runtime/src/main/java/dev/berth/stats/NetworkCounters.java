package dev.berth.stats;

import dev.berth.network.Attachment;
import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Counters of pods' interfaces; none for a pod in the host's network. */
final class NetworkCounters {
  private static final Path HOST = Path.of("/proc/thread-self/net/dev");

  /** The name of the pod's link in the built-in network, as in every other. */
  private static final String POD_LINK = "eth0";

  private final long maxAgeNanos;
  private Map<String, InterfaceCounters> host = Map.of();
  private long readAt;

  NetworkCounters(long maxAgeNanos) {
    this.maxAgeNanos = maxAgeNanos;
    this.readAt = System.nanoTime() - maxAgeNanos - 1;
  }

  /** A pod's interfaces, the first one its default; empty where nobody can tell. */
  List<InterfaceCounters> of(Sandbox sandbox) {
    Attachment attachment = sandbox.attachment();
    if (attachment == null) {
      return List.of();
    }
    if (attachment.mode().equals(Attachment.BUILTIN)) {
      InterfaceCounters outside = host().get(attachment.link());
      return outside == null ? List.of() : List.of(outside.otherEnd(POD_LINK));
    }
    int pid = pidOfOne(sandbox);
    return pid == 0
        ? List.of()
        : List.copyOf(read(Path.of("/proc", Integer.toString(pid), "net/dev")).values());
  }

  private Map<String, InterfaceCounters> host() {
    long now = System.nanoTime();
    if (now - readAt > maxAgeNanos) {
      host = read(HOST);
      readAt = now;
    }
    return host;
  }

  private static Map<String, InterfaceCounters> read(Path file) {
    try {
      return InterfaceCounters.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Map.of(); // the process has ended meanwhile
    }
  }

  private static int pidOfOne(Sandbox sandbox) {
    for (Container container : sandbox.containers()) {
      int pid = pid(container.state());
      if (pid > 0) {
        return pid;
      }
    }
    return 0;
  }

  /** The process id of a container's init on the host; 0 when there is none. */
  static int pid(ContainerState state) {
    return switch (state) {
      case ContainerState.Waiting w -> w.pid();
      case ContainerState.Starting s -> s.pid();
      case ContainerState.Running r -> r.pid();
      case ContainerState.Making _, ContainerState.Ended _ -> 0;
    };
  }
}
