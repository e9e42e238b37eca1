package dev.berth.container;

import dev.berth.cgroup.Cgroups;
import dev.berth.shim.ExecPlan;
import dev.berth.spec.PlanBuilder;
import dev.berth.state.Container;
import dev.berth.state.v1.ProcessDefaults;
import java.util.List;

/**
 * Plans exec sessions: the container's own process with another command, in a cgroup of its own.
 */
public final class ExecPlans {
  private final Cgroups cgroups;

  public ExecPlans(Cgroups cgroups) {
    this.cgroups = cgroups;
  }

  /**
   * A session whose cgroup exists.
   *
   * @param command the words to run, at least one
   * @return to be closed when the session has ended
   */
  Session session(Container container, String execId, List<String> command) {
    List<String> own = container.born().getCgroupsList();
    List<String> directories = cgroups.execDirectories(own, execId);
    ProcessDefaults process = container.born().getProcess();
    ExecPlan plan =
        PlanBuilder.exec(
            container.id(),
            execId,
            "cmd",
            command,
            false,
            ProcessRecords.process(process),
            ProcessRecords.filter(process),
            directories);
    cgroups.createExec(directories);
    return new Session(plan, cgroups, directories);
  }

  /** A planned session; closing removes its cgroup unless background children still live in it. */
  record Session(ExecPlan plan, Cgroups cgroups, List<String> directories)
      implements AutoCloseable {
    @Override
    public void close() {
      cgroups.removeExec(directories);
    }
  }
}
