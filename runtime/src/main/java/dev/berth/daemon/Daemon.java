package dev.berth.daemon;

import dev.berth.config.BerthConfig;
import dev.berth.rpc.CriServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A daemon that runs: made by {@link #start}, ended by {@link #close}. */
public final class Daemon implements Closeable {
  private final Closing closing;
  private final InstanceId instance;

  private Daemon(Closing closing, InstanceId instance) {
    this.closing = closing;
    this.instance = instance;
  }

  /**
   * Starts everything, in order; the socket answers when this returns.
   *
   * @throws Exception a part could not start; those that had are closed again
   */
  public static Daemon start(BerthConfig config, CriServices.Opener opener) throws Exception {
    Closing closing = new Closing();
    try {
      closing.started(DirectoryLock.take("root", config.root()));
      closing.started(DirectoryLock.take("state", config.state()));
      InstanceId instance = InstanceId.of(config.root());
      CriServices services = closing.started(opener.open(config, instance));
      makeParent(config.socket());
      closing.started(
          CriServer.listen(config.socket(), config.rpc().threads(), services.services()));
      return new Daemon(closing, instance);
    } catch (Exception e) {
      try {
        closing.close();
      } catch (IOException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
  }

  /** Work on what an ended daemon left. */
  @FunctionalInterface
  public interface Maintenance {
    /** Does it while no daemon can start. */
    void run(BerthConfig config, InstanceId instance) throws IOException;
  }

  /**
   * Works on a daemon's directories while no daemon runs on them.
   *
   * @throws dev.berth.fault.Fault.FailedPrecondition a daemon runs
   * @throws IOException the work failed
   */
  public static void maintain(BerthConfig config, Maintenance maintenance) throws IOException {
    try (var _ = DirectoryLock.take("root", config.root());
        var _ = DirectoryLock.take("state", config.state())) {
      maintenance.run(config, InstanceId.of(config.root()));
    }
  }

  private static void makeParent(Path socket) throws IOException {
    Path parent = socket.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
  }

  /** Which daemon of this machine it is. */
  public InstanceId instance() {
    return instance;
  }

  /**
   * Stops everything in reverse order. Pods go on.
   *
   * @throws IOException the first part that could not be stopped cleanly; all were asked
   */
  @Override
  public void close() throws IOException {
    closing.close();
  }
}
