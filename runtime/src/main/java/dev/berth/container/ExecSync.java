package dev.berth.container;

import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.ExecSyncResponse;
import dev.berth.fault.Fault;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.shim.ExecHandle;
import dev.berth.shim.ExitRecord;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.Ids;
import dev.berth.state.Pods;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command in a container and answers with its output and exit code.
 *
 * <p>A timeout kills the whole session, with everything it started, and is DEADLINE_EXCEEDED: the
 * kubelet tells a probe that timed out by this code. Output is bounded so that the answer stays
 * below the 16 MiB that the kubelet takes; see {@link KeptOutput} and {@link LargeAnswers}.
 */
public final class ExecSync implements Verb<ExecSyncRequest, ExecSyncResponse> {
  private static final Logger LOG = LoggerFactory.getLogger(ExecSync.class);

  /** Both streams together; the rest of 16 MiB is for the message around them. */
  static final int MAX_OUTPUT = 15 * (1 << 20) + (1 << 19);

  private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(7);
  private static final long REAP_SECONDS = 10;

  private final Pods pods;
  private final RunningContainers containers;
  private final Ids ids;
  private final Kernel kernel;
  private final ExecPlans plans;
  private final OutputSpill spill;
  private final LargeAnswers large = new LargeAnswers();
  private final Faults faults;

  public ExecSync(
      Pods pods, Ids ids, Kernel kernel, ExecPlans plans, OutputSpill spill, Faults faults) {
    this.pods = pods;
    this.containers = new RunningContainers(pods);
    this.ids = ids;
    this.kernel = kernel;
    this.plans = plans;
    this.spill = spill;
    this.faults = faults;
  }

  @Override
  public ExecSyncResponse call(ExecSyncRequest request, CallContext context) throws Exception {
    Container container = pods.container("container_id", request.getContainerId());
    check(request);
    Shim shim = containers.shim(container, "exec in");
    String execId = ids.next();
    FileIo io = kernel.io();
    try (FileIo.Pipe out = io.pipe(0);
        FileIo.Pipe err = io.pipe(0);
        Fd nothing = kernel.tree().open(Fd.CWD, "/dev/null", OpenFlags.O_RDWR, 0);
        ExecPlans.Session session = plans.session(container, execId, request.getCmdList(), false);
        Steps steps = Steps.begin("ExecSync", faults)) {
      io.nonblocking(out.read(), true);
      io.nonblocking(err.read(), true);
      own(io, container, out.write());
      own(io, container, err.write());
      ExecHandle handle =
          steps
              .undo("start", () -> kill(container, shim, execId))
              .call("start", () -> start(container, shim, session, nothing, out, err));
      out.write().close();
      err.write().close();
      ExecSyncResponse response =
          steps.call(
              "output", () -> collect(request, context, container, shim, execId, handle, out, err));
      steps.commit();
      return response;
    }
  }

  /** The container's user may open /dev/stdout anew, which asks for the pipe's owner. */
  private static void own(FileIo io, Container container, Fd pipe) throws ErrnoException {
    var process = container.born().getProcess();
    io.fchown(pipe, process.getUid(), process.getGid());
  }

  private static void check(ExecSyncRequest request) {
    if (request.getCmdCount() == 0) {
      throw Fault.InvalidArgument.of("cmd", "", "must have at least one word");
    }
    if (request.getTimeout() < 0) {
      throw Fault.InvalidArgument.of("timeout", request.getTimeout(), "must not be negative");
    }
  }

  private static ExecHandle start(
      Container container,
      Shim shim,
      ExecPlans.Session session,
      Fd stdin,
      FileIo.Pipe out,
      FileIo.Pipe err) {
    try {
      return shim.exec(session.plan(), stdin, out.write(), err.write());
    } catch (ShimFailure e) {
      throw BlamedField.ofExec("exec in container " + container.id(), e);
    }
  }

  private ExecSyncResponse collect(
      ExecSyncRequest request,
      CallContext context,
      Container container,
      Shim shim,
      String execId,
      ExecHandle handle,
      FileIo.Pipe out,
      FileIo.Pipe err)
      throws Exception {
    long deadline = deadline(request.getTimeout());
    KeptOutput kept = new KeptOutput(spill, MAX_OUTPUT);
    // the answer leads into it until it has been written to the caller
    context.afterAnswer(() -> forget(kept));
    try (ExecOutput output = new ExecOutput(kernel, out.read(), err.read(), handle.exit(), kept);
        var _ = context.onCancel(output::abandon)) {
      ExitRecord exit = output.collect(deadline) ? await(handle, deadline) : null;
      if (exit == null) {
        kill(container, shim, execId);
        await(handle, System.nanoTime() + TimeUnit.SECONDS.toNanos(REAP_SECONDS));
        throw cutShort(request, context, container);
      }
      return answer(container, kept, exit, context);
    }
  }

  private ExecSyncResponse answer(
      Container container, KeptOutput kept, ExitRecord exit, CallContext context)
      throws IOException, InterruptedException {
    if (kept.truncated()) {
      LOG.warn("exec in container {}: output beyond {} bytes dropped", container.id(), MAX_OUTPUT);
    }
    large.await(kept.size(), context);
    return ExecSyncResponse.newBuilder()
        .setStdout(kept.stdout())
        .setStderr(kept.stderr())
        .setExitCode(exit.status())
        .build();
  }

  private static void forget(KeptOutput kept) {
    try {
      kept.close();
    } catch (IOException e) {
      LOG.warn("exec: its output cannot be let go of", e);
    }
  }

  private static Fault cutShort(ExecSyncRequest request, CallContext context, Container container) {
    String what = "exec in container " + container.id() + ": the command ";
    return context.isCancelled()
        ? new Fault.Cancelled(what + "was killed because its caller gave up")
        : new Fault.DeadlineExceeded(
            what + "did not end within timeout \"" + request.getTimeout() + "\" s and was killed");
  }

  /** Kills a session that is not wanted any more. */
  private static void kill(Container container, Shim shim, String execId) {
    try {
      shim.killExec(container.id(), execId);
    } catch (ShimFailure e) {
      // its container has ended, or its shim is gone: then so has the session
      LOG.debug("exec in container {}: nothing to kill", container.id(), e);
    }
  }

  /** A timeout of 0 means none, which still is a bound here. */
  private static long deadline(long seconds) {
    long bounded = seconds == 0 ? LONGEST_SECONDS : Math.min(seconds, LONGEST_SECONDS);
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(bounded);
  }

  private static @org.jspecify.annotations.Nullable ExitRecord await(
      ExecHandle handle, long deadline) throws IOException, InterruptedException {
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      return handle.exit().get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return null;
    } catch (ExecutionException e) {
      throw new Fault.Unavailable("exec: the shim was lost while the command ran", e.getCause());
    }
  }
}
