package dev.berth.streaming.remotecommand;

import dev.berth.kernel.Fd;
import dev.berth.shim.ExitRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started for a client.
 *
 * @param stdin write end of its stdin; null without one
 * @param stdout read end; null with a terminal
 * @param stderr read end; null with a terminal or when nobody wants it
 * @param terminal master of its terminal; null without one
 * @param exit completes when it has ended
 * @param hangUp ends it, in time, when its client is gone; may wait for the shim
 * @param release what is left to do once it has ended; does not wait
 */
public record ExecProcess(
    @Nullable Fd stdin,
    @Nullable Fd stdout,
    @Nullable Fd stderr,
    @Nullable Fd terminal,
    CompletableFuture<ExitRecord> exit,
    Runnable hangUp,
    Runnable release) {

  /** Starts the process; may wait. */
  @FunctionalInterface
  public interface Starter {
    /**
     * Starts it.
     *
     * @throws Exception it could not be; nothing of it is left
     */
    ExecProcess start() throws Exception;
  }

  /** Closes our ends of its streams. */
  public void close() {
    ends().close();
  }

  Pump.Ends ends() {
    return new Pump.Ends(stdin, stdout, stderr, terminal);
  }
}
