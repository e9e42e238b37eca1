package dev.berth.recovery;

import dev.berth.cgroup.Cgroups;
import dev.berth.sandbox.StuckShims;
import dev.berth.shim.Shim;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends shims that belong to no pod: those that a daemon had started when it died before they could
 * be reached. They are found in the shims' cgroup, which is this instance's alone.
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

  /** Kills every process of the shims' cgroup that is no known pod's shim. */
  public void end() {
    Set<Integer> strays = new HashSet<>(cgroups.shimPids());
    for (Sandbox sandbox : pods.sandboxes()) {
      Shim shim = sandbox.shim();
      if (shim != null) {
        strays.remove(shim.pid());
      }
    }
    strays.forEach(this::kill);
  }

  private void kill(int pid) {
    LOG.warn("ending process {}: a shim of no pod", pid);
    kill.kill(pid);
  }
}
