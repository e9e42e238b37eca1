package dev.berth.shim;

import java.util.List;

/**
 * One more process in a running container.
 *
 * @param containerId which container
 * @param execId name of the session, unique in the container
 * @param process what runs; its rlimits and oomScoreAdj may be empty to inherit the shim's
 * @param tty whether it gets a terminal of its own; then only the terminal's master comes back
 * @param cgroupDirs absolute paths of cgroups of the session's own, below the container's
 */
public record ExecPlan(
    String containerId, String execId, ProcessPlan process, boolean tty, List<String> cgroupDirs) {

  public ExecPlan {
    cgroupDirs = List.copyOf(cgroupDirs);
  }
}
