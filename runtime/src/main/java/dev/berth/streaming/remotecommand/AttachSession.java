package dev.berth.streaming.remotecommand;

import dev.berth.kernel.FileIo;
import dev.berth.shim.AttachedStreams;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client beside a container's streams. Its going changes nothing for the container, but for the
 * end of a stdin that is open once.
 */
public final class AttachSession implements RemoteSession {
  private static final Logger LOG = LoggerFactory.getLogger(AttachSession.class);

  /** The container as attach needs it; all but the constants may wait. */
  public interface Target {
    /** Descriptors to copy from and to, or what an ended container has left. */
    Attached attach() throws Exception;

    /** How it stands with the container once its output has ended. */
    Outcome afterOutput();

    /** The client sends no more on a stdin that is open once. */
    void closeStdin();
  }

  /**
   * What attaching gave.
   *
   * @param ends descriptors; null for a container that has ended
   * @param last what it wrote last, for a client that came late
   */
  public record Attached(@Nullable AttachedStreams ends, ByteBuf last) {}

  private final RemoteClient client;
  private final Executor pool;
  private final Target target;
  private final Pump pump;
  private boolean stdinOver;
  private boolean over;

  private AttachSession(RemoteClient client, FileIo io, Executor pool, Target target) {
    this.client = client;
    this.pool = pool;
    this.target = target;
    this.pump = new Pump(client, io, this::outputEnded);
  }

  /**
   * Begins to attach.
   *
   * @param pool where the shim is waited for
   */
  public static AttachSession begin(RemoteClient client, FileIo io, Executor pool, Target target) {
    AttachSession session = new AttachSession(client, io, pool, target);
    session.later(session::attach);
    return session;
  }

  private void later(Runnable work) {
    try {
      pool.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.warn("too many clients attach at once");
      finish(new Outcome.Failed("too many clients attach at once"));
    }
  }

  private void attach() {
    try {
      Attached attached = target.attach();
      client.loop().execute(() -> attached(attached));
    } catch (Exception e) {
      Outcome failed = new Outcome.Failed(String.valueOf(e.getMessage()));
      client.loop().execute(() -> finish(failed));
    }
  }

  private void attached(Attached attached) {
    var streams = attached.ends();
    if (streams == null) {
      client.stdout(attached.last());
      finish(new Outcome.Exited(0));
      return;
    }
    if (over) {
      streams.close();
      return;
    }
    try {
      pump.open(
          new Pump.Ends(streams.stdin(), streams.stdout(), streams.stderr(), streams.terminal()));
    } catch (IOException e) {
      finish(new Outcome.Failed("stream output: " + e.getMessage()));
    }
  }

  private void outputEnded() {
    later(
        () -> {
          Outcome outcome = target.afterOutput();
          client.loop().execute(() -> finish(outcome));
        });
  }

  private void finish(Outcome outcome) {
    if (!over) {
      over = true;
      pump.close();
      client.finish(outcome);
    }
  }

  @Override
  public void stdin(ByteBuf bytes) {
    pump.stdin(bytes);
  }

  @Override
  public void stdinEnded() {
    pump.stdinEnded();
    endStdin();
  }

  private void endStdin() {
    if (!stdinOver) {
      stdinOver = true;
      later(target::closeStdin);
    }
  }

  @Override
  public void resize(int columns, int rows) {
    pump.resize(columns, rows);
  }

  @Override
  public void writable() {
    pump.writable();
  }

  @Override
  public void gone() {
    if (!over) {
      over = true;
      pump.close();
      endStdin();
    }
  }
}
