package dev.berth.streaming.remotecommand;

import dev.berth.kernel.FileIo;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a container, for one client.
 *
 * <pre>
 *   starting ──started──► running ──exit──► draining ──end of output──► finished
 *      │                     │                  │  silent for LINGER, or DRAIN over
 *      └────────gone─────────┴──────gone────────┴──► the process is hung up
 * </pre>
 *
 * <p>The client hears of the exit only after the output. A background child can keep the output
 * open for ever: then it ends when nothing came for {@link #LINGER}, or after {@link #DRAIN}.
 */
public final class ExecSession implements RemoteSession {
  private static final Logger LOG = LoggerFactory.getLogger(ExecSession.class);

  /** How long an open output may be silent after the process has ended. */
  static final Duration LINGER = Duration.ofMillis(250);

  /** How long a background child's output is passed on after the process has ended. */
  static final Duration DRAIN = Duration.ofSeconds(10);

  private static final long CHECK_MILLIS = 50;

  private final RemoteClient client;
  private final Executor pool;
  private final Pump pump;
  private @Nullable ExecProcess process;
  private @Nullable Outcome outcome;
  private long exitedAt;
  private boolean gone;
  private boolean finished;

  private ExecSession(RemoteClient client, FileIo io, Executor pool) {
    this.client = client;
    this.pool = pool;
    this.pump = new Pump(client, io, this::outputEnded);
  }

  /**
   * Begins to start a process.
   *
   * @param pool where it is waited for
   */
  public static ExecSession begin(
      RemoteClient client, FileIo io, Executor pool, ExecProcess.Starter starter) {
    ExecSession session = new ExecSession(client, io, pool);
    try {
      pool.execute(() -> session.start(starter));
    } catch (java.util.concurrent.RejectedExecutionException e) {
      session.failed("too many sessions are being started");
    }
    return session;
  }

  private void start(ExecProcess.Starter starter) {
    try {
      ExecProcess started = starter.start();
      client.loop().execute(() -> started(started));
    } catch (Exception e) {
      client.loop().execute(() -> failed(String.valueOf(e.getMessage())));
    }
  }

  private void failed(String message) {
    outcome = new Outcome.Failed(message);
    finish();
  }

  private void started(ExecProcess begun) {
    process = begun;
    var _ =
        begun
            .exit()
            .whenComplete((exit, error) -> client.loop().execute(() -> exited(exit, error)));
    if (gone) {
      begun.ends().close();
      hangUp(begun);
      return;
    }
    try {
      pump.open(begun.ends());
    } catch (IOException e) {
      hangUp(begun);
      failed("stream output: " + e.getMessage());
    }
  }

  private void exited(dev.berth.shim.@Nullable ExitRecord exit, @Nullable Throwable error) {
    if (process != null) {
      process.release().run();
    }
    exitedAt = System.nanoTime();
    if (outcome == null) {
      outcome =
          exit == null
              ? new Outcome.Failed("the command was lost: " + message(error))
              : new Outcome.Exited(exit.status());
    }
    drain();
  }

  private static String message(@Nullable Throwable error) {
    return error == null ? "unknown" : String.valueOf(error.getMessage());
  }

  private void outputEnded() {
    if (outcome != null) {
      finish();
    }
  }

  private void drain() {
    boolean late = System.nanoTime() - exitedAt > DRAIN.toNanos() && client.writable();
    boolean silent =
        System.nanoTime() - exitedAt > LINGER.toNanos() && pump.silentFor(LINGER.toNanos());
    if (gone || finished) {
      return;
    }
    if (pump.ended() || silent || late) {
      finish();
    } else {
      var _ = client.loop().schedule(this::drain, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void finish() {
    if (!finished && !gone) {
      finished = true;
      pump.close();
      client.finish(java.util.Objects.requireNonNull(outcome));
    }
  }

  @Override
  public void stdin(ByteBuf bytes) {
    pump.stdin(bytes);
  }

  @Override
  public void stdinEnded() {
    pump.stdinEnded();
  }

  @Override
  public void resize(int columns, int rows) {
    pump.resize(columns, rows);
  }

  @Override
  public void writable() {
    pump.writable();
  }

  /** Closing a terminal's master hangs up what runs on it; the shim sees to the rest. */
  @Override
  public void gone() {
    if (gone) {
      return;
    }
    gone = true;
    pump.close();
    if (process != null && outcome == null) {
      hangUp(process);
    }
  }

  private void hangUp(ExecProcess running) {
    try {
      pool.execute(running.hangUp());
    } catch (java.util.concurrent.RejectedExecutionException e) {
      LOG.warn("a command whose client is gone could not be told so");
    }
  }
}
