package dev.berth.recovery;

import dev.berth.cgroup.Cgroups;
import dev.berth.sandbox.StuckShims;
import dev.berth.shim.Shim;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends shims that belong to no pod: those that a daemon had started when it died before they could
 * be reached. They are found in the shims' cgroup, which is this instance's alone. One that comes
 * there later has no namespaces yet, and ends by itself since its daemon is gone. Whatever else is
 * there is left alone: a service manager that takes hierarchies for its own may move a container's
 * processes back to where their shim is.
 */
public final class StrayShims {
  private static final Logger LOG = LoggerFactory.getLogger(StrayShims.class);

  private final Cgroups cgroups;
  private final Pods pods;
  private final StuckShims kill;

  public StrayShims(Cgroups cgroups, Pods pods, StuckShims kill) {
    this.cgroups = cgroups;
    this.pods = pods;
    this.kill = kill;
  }

  /** Kills every shim in the shims' cgroup that is no known pod's. */
  public void end() {
    Set<Integer> strays = new HashSet<>(cgroups.shimPids());
    for (Sandbox sandbox : pods.sandboxes()) {
      Shim shim = sandbox.shim();
      if (shim != null) {
        strays.remove(shim.pid());
      }
    }
    strays.stream().filter(StrayShims::isShim).forEach(this::kill);
  }

  /** A shim, or what it forked for work of its own: not a container, which has its own numbers. */
  private static boolean isShim(int pid) {
    return arguments(pid).startsWith("berth-shim\0") && levels(pid) == levels("self");
  }

  private static String arguments(int pid) {
    return read(Path.of("/proc", Integer.toString(pid), "cmdline"));
  }

  private static long levels(int pid) {
    return levels(Integer.toString(pid));
  }

  /** How deep a process is in PID namespaces (proc_pid_status(5), NSpid); 0 when it has ended. */
  private static long levels(String process) {
    return read(Path.of("/proc", process, "status"))
        .lines()
        .filter(line -> line.startsWith("NSpid:"))
        .mapToLong(line -> line.split("\t", -1).length - 1)
        .findFirst()
        .orElse(0);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  private void kill(int pid) {
    LOG.warn("ending process {}: a shim of no pod", pid);
    kill.kill(pid);
  }
}
