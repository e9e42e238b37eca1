package dev.berth.streaming;

import dev.berth.container.BlamedField;
import dev.berth.container.ExecPlans;
import dev.berth.container.RunningContainers;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import dev.berth.shim.ExecHandle;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.Ids;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import dev.berth.streaming.remotecommand.ExecProcess;
import dev.berth.streaming.remotecommand.StreamSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts commands in containers, with pipes or a terminal for a client. */
public final class ExecStarters {
  private static final Logger LOG = LoggerFactory.getLogger(ExecStarters.class);

  private final RunningContainers containers;
  private final Ids ids;
  private final Kernel kernel;
  private final ExecPlans plans;
  private final Faults faults;

  public ExecStarters(
      RunningContainers containers, Ids ids, Kernel kernel, ExecPlans plans, Faults faults) {
    this.containers = containers;
    this.ids = ids;
    this.kernel = kernel;
    this.plans = plans;
    this.faults = faults;
  }

  FileIo io() {
    return kernel.io();
  }

  /** What starts this command. */
  ExecProcess.Starter starter(Container container, List<String> command, StreamSet streams) {
    return () -> start(container, command, streams);
  }

  private ExecProcess start(Container container, List<String> command, StreamSet streams)
      throws Exception {
    Shim shim = containers.shim(container, "exec in");
    AtomicReference<ExecPlans.Session> session = new AtomicReference<>();
    AtomicReference<ExecProcess> process = new AtomicReference<>();
    try (Steps steps = Steps.begin("Exec", faults)) {
      steps.undo("cgroup", () -> close(session.get()));
      steps.run(
          "cgroup",
          () -> session.set(plans.session(container, ids.next(), command, streams.tty())));
      steps.undo("start", () -> abandon(process.get(), shim, session.get()));
      steps.run("start", () -> process.set(start(shim, session.get(), streams)));
      steps.commit();
      return process.get();
    } catch (ShimFailure e) {
      throw BlamedField.ofExec("exec in container " + container.id(), e);
    }
  }

  private ExecProcess start(Shim shim, ExecPlans.Session session, StreamSet streams)
      throws ErrnoException, ShimFailure {
    return streams.tty() ? onTerminal(shim, session) : onPipes(shim, session, streams);
  }

  private static void close(ExecPlans.@Nullable Session session) {
    if (session != null) {
      session.close();
    }
  }

  /** Nobody will hear of the process: it is killed, and our ends of its streams are closed. */
  private static void abandon(@Nullable ExecProcess process, Shim shim, ExecPlans.Session session) {
    if (process != null) {
      process.close();
    }
    try {
      shim.killExec(session.plan().containerId(), session.plan().execId());
    } catch (ShimFailure e) {
      LOG.debug("exec: a session that was not begun needs no kill", e);
    }
  }

  private static ExecProcess onTerminal(Shim shim, ExecPlans.Session session) throws ShimFailure {
    ExecHandle handle = shim.exec(session.plan(), null, null, null);
    return new ExecProcess(
        null,
        null,
        null,
        handle.terminal(),
        handle.exit(),
        () -> hangUp(shim, session),
        session::close);
  }

  private ExecProcess onPipes(Shim shim, ExecPlans.Session session, StreamSet streams)
      throws ErrnoException, ShimFailure {
    try (Ends in = Ends.input(kernel, streams.stdin());
        Ends out = Ends.output(kernel, streams.stdout());
        Ends err = Ends.output(kernel, streams.stderr())) {
      ExecHandle handle = shim.exec(session.plan(), in.theirs(), out.theirs(), err.theirs());
      return new ExecProcess(
          in.keepOurs(),
          out.keepOurs(),
          err.keepOurs(),
          null,
          handle.exit(),
          () -> hangUp(shim, session),
          session::close);
    }
  }

  private static void hangUp(Shim shim, ExecPlans.Session session) {
    try {
      shim.hangUpExec(session.plan().containerId(), session.plan().execId());
    } catch (ShimFailure e) {
      if (e.kind() != ShimFailure.Kind.NOT_FOUND) {
        LOG.warn("exec: a command whose client is gone cannot be told so: {}", e.getMessage());
      }
    }
  }

  /** The two ends of one stream: the process's, and ours unless nobody wants it. */
  private static final class Ends implements AutoCloseable {
    private final Fd theirs;
    private @Nullable Fd ours;

    private Ends(Fd theirs, @Nullable Fd ours) {
      this.theirs = theirs;
      this.ours = ours;
    }

    static Ends input(Kernel kernel, boolean wanted) throws ErrnoException {
      if (!wanted) {
        return nothing(kernel);
      }
      FileIo.Pipe pipe = kernel.io().pipe(0);
      return new Ends(pipe.read(), pipe.write());
    }

    static Ends output(Kernel kernel, boolean wanted) throws ErrnoException {
      if (!wanted) {
        return nothing(kernel);
      }
      FileIo.Pipe pipe = kernel.io().pipe(0);
      return new Ends(pipe.write(), pipe.read());
    }

    private static Ends nothing(Kernel kernel) throws ErrnoException {
      return new Ends(kernel.tree().open(Fd.CWD, "/dev/null", OpenFlags.O_RDWR, 0), null);
    }

    Fd theirs() {
      return theirs;
    }

    /** Our end, which is not closed here any more. */
    @Nullable Fd keepOurs() {
      Fd kept = ours;
      ours = null;
      return kept;
    }

    @Override
    public void close() {
      theirs.close();
      if (ours != null) {
        ours.close();
      }
    }
  }
}
