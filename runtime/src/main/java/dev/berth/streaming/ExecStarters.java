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
import dev.berth.streaming.remotecommand.ExecProcess;
import dev.berth.streaming.remotecommand.StreamSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts commands in containers, with pipes or a terminal for a client. */
public final class ExecStarters {
  private static final Logger LOG = LoggerFactory.getLogger(ExecStarters.class);

  private final RunningContainers containers;
  private final Ids ids;
  private final Kernel kernel;
  private final ExecPlans plans;

  public ExecStarters(RunningContainers containers, Ids ids, Kernel kernel, ExecPlans plans) {
    this.containers = containers;
    this.ids = ids;
    this.kernel = kernel;
    this.plans = plans;
  }

  FileIo io() {
    return kernel.io();
  }

  /** What starts this command. */
  ExecProcess.Starter starter(Container container, List<String> command, StreamSet streams) {
    return () -> start(container, command, streams);
  }

  private ExecProcess start(Container container, List<String> command, StreamSet streams)
      throws ErrnoException {
    Shim shim = containers.shim(container, "exec in");
    ExecPlans.Session session = plans.session(container, ids.next(), command, streams.tty());
    boolean started = false;
    try {
      ExecProcess process =
          streams.tty() ? onTerminal(shim, session) : onPipes(shim, session, streams);
      started = true;
      return process;
    } catch (ShimFailure e) {
      throw BlamedField.ofExec("exec in container " + container.id(), e);
    } finally {
      if (!started) {
        session.close();
      }
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
    private @org.jspecify.annotations.Nullable Fd ours;

    private Ends(Fd theirs, @org.jspecify.annotations.Nullable Fd ours) {
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
    @org.jspecify.annotations.Nullable
    Fd keepOurs() {
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
