package dev.berth.cli;

import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigInForce;
import dev.berth.config.ConfigRefused;
import dev.berth.daemon.BerthVersion;
import dev.berth.daemon.Daemon;
import dev.berth.daemon.DaemonLog;
import dev.berth.daemon.ServiceNotice;
import dev.berth.daemon.Watchdog;
import dev.berth.fault.Fault;
import dev.berth.node.Node;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code berth serve}: the daemon, until it is told to end. */
final class Serve {
  private Serve() {}

  /** Runs the daemon; returns only when it could not be started. */
  static int run(List<String> args) throws InterruptedException {
    ConfigInForce inForce;
    try {
      inForce = ConfigInForce.read(ServeOptions.loader(args, ServeOptions.DEFAULT_FILE));
    } catch (ServeOptions.Wrong e) {
      System.err.println("berth serve: " + e.getMessage() + "; berth help serve lists the options");
      return 2;
    } catch (ConfigRefused e) {
      System.err.println("berth serve: the configuration is refused:\n" + e.getMessage());
      return 2;
    }
    BerthConfig config = inForce.config();
    DaemonLog.configure(config.log().level());
    try {
      Daemon daemon = Daemon.start(config, Node.opener(inForce));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(daemon), "stop"));
      announce(config, daemon);
    } catch (Fault e) {
      System.err.println("berth serve: " + e.getMessage());
      return 1;
    } catch (Exception e) {
      System.err.println("berth serve: cannot start: " + e);
      e.printStackTrace();
      return 1;
    }
    new CountDownLatch(1).await();
    return 0;
  }

  private static void announce(BerthConfig config, Daemon daemon) {
    System.out.println(
        "berth "
            + BerthVersion.TEXT
            + " listening on "
            + config.socket()
            + " (instance "
            + daemon.instance()
            + ", "
            + sinceStart().toMillis()
            + " ms after its start)");
    System.out.flush();
    String manager = System.getenv("NOTIFY_SOCKET");
    if (manager != null && !manager.isEmpty()) {
      ServiceNotice.send(manager, "READY=1");
      Watchdog.fromEnvironment(manager, config.socket()).ifPresent(Watchdog::begin);
    }
  }

  /** Counts from the process, so what ran in it before this JVM counts too. */
  private static Duration sinceStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()))
        .orElse(Duration.ZERO);
  }

  /** Ends the process with 0 however it was asked to end: a service manager expects that. */
  private static void stop(Daemon daemon) {
    int code = 0;
    try {
      daemon.close();
    } catch (IOException e) {
      System.err.println("berth serve: stopping: " + e.getMessage());
      code = 1;
    }
    Runtime.getRuntime().halt(code);
  }
}
