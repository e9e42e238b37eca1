package dev.berth.container;

import dev.berth.cgroup.Cgroups;
import dev.berth.fault.Fault;
import dev.berth.handler.OciRuntime;
import dev.berth.shim.ExecPlan;
import dev.berth.spec.PlanBuilder;
import dev.berth.state.Container;
import dev.berth.state.v1.ProcessDefaults;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans exec sessions: the container's own process with another command, in a cgroup of its own.
 */
public final class ExecPlans {
  private static final Logger LOG = LoggerFactory.getLogger(ExecPlans.class);

  private final Cgroups cgroups;
  private final OtherRuntimes others;

  /** The kernel lets go of an ended process's cgroup some ten milliseconds late: nobody waits. */
  private final ExecutorService behind =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("berth-exec-cgroups").daemon().factory());

  public ExecPlans(Cgroups cgroups, OtherRuntimes others) {
    this.cgroups = cgroups;
    this.others = others;
  }

  /**
   * A session whose cgroup exists.
   *
   * @param command the words to run, at least one
   * @param tty whether it gets a terminal
   * @return to be closed when the session has ended
   */
  public Session session(Container container, String execId, List<String> command, boolean tty) {
    List<String> own = container.born().getCgroupsList();
    List<String> directories = cgroups.execDirectories(own, execId);
    ProcessDefaults process = container.born().getProcess();
    ExecPlan plan =
        PlanBuilder.exec(
            container.id(),
            execId,
            "cmd",
            command,
            tty,
            ProcessRecords.process(process),
            ProcessRecords.filter(process),
            directories);
    OciRuntime other = others.of(container.sandboxId());
    if (other != null) {
      return session(other, container, plan, command);
    }
    cgroups.createExec(directories);
    return new Session(plan, () -> behind.execute(() -> remove(directories)));
  }

  /** Another runtime puts the session into the container's own cgroup. */
  private Session session(
      OciRuntime other, Container container, ExecPlan plan, List<String> command) {
    ProcessDefaults process = container.born().getProcess();
    try {
      ExecPlan theirs =
          others.exec(
              other,
              container,
              plan,
              PlanBuilder.process("cmd", command, plan.tty(), ProcessRecords.process(process)));
      return new Session(theirs, () -> others.forgetExec(container, plan.execId()));
    } catch (IOException e) {
      throw new Fault.Internal("exec in container " + container.id() + ": " + e.getMessage(), e);
    }
  }

  /** What stays, stays until its container is removed. */
  private void remove(List<String> directories) {
    try {
      cgroups.removeExec(directories);
    } catch (RuntimeException e) {
      LOG.warn("exec: its cgroup cannot be removed yet: {}", e.getMessage());
    }
  }

  /**
   * A planned session.
   *
   * @param end removes its cgroup, behind the caller, unless background children still live in it
   */
  public record Session(ExecPlan plan, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }
}
