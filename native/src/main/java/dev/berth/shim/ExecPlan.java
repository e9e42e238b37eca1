package dev.berth.shim;

import java.util.List;

/**
 * One more process in a running container.
 *
 * @param containerId which container
 * @param execId name of the session, unique in the container
 * @param process what runs; its rlimits and oomScoreAdj may be empty to inherit the shim's
 * @param tty whether it gets a terminal of its own; then only the terminal's master comes back
 * @param cgroupDirs absolute paths of cgroups of the session's own, below the container's; with a
 *     runtime the container's own
 * @param byRuntime whether the process is the command line of the OCI runtime that made the
 *     container, run in its bundle ({@code foreign.h})
 */
public record ExecPlan(
    String containerId,
    String execId,
    ProcessPlan process,
    boolean tty,
    List<String> cgroupDirs,
    boolean byRuntime) {

  /** A session of Berth's own engine. */
  public ExecPlan(
      String containerId, String execId, ProcessPlan process, boolean tty, List<String> cgroups) {
    this(containerId, execId, process, tty, cgroups, false);
  }

  public ExecPlan {
    cgroupDirs = List.copyOf(cgroupDirs);
  }
}
