package dev.berth.sandbox;

import dev.berth.cgroup.Cgroups;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Processes;
import dev.berth.shim.Shim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills shims that do not answer any more, and with them, by their parent-death signal, the inits
 * of the pod's containers.
 */
public final class StuckShims {
  private static final Logger LOG = LoggerFactory.getLogger(StuckShims.class);

  private final Cgroups cgroups;
  private final Processes processes;

  public StuckShims(Cgroups cgroups, Processes processes) {
    this.cgroups = cgroups;
    this.processes = processes;
  }

  /** Kills a shim; one that has ended is no error. */
  public void kill(Shim shim) {
    // its number may be another process's by now, but never one in the shims' own cgroup
    if (cgroups.shimPids().contains(shim.pid())) {
      LOG.warn(
          "pod {}: its shim, process {}, does not answer and is killed", shim.podId(), shim.pid());
      kill(shim.pid());
    }
  }

  /** Kills a process of the shims' cgroup. */
  public void kill(int pid) {
    try {
      processes.kill(pid, Processes.SIGKILL);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESRCH) {
        LOG.warn("process {} cannot be ended", pid, e);
      }
    }
  }
}
