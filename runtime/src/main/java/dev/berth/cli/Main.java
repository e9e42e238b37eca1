package dev.berth.cli;

import dev.berth.daemon.DaemonLog;
import java.util.Arrays;
import java.util.List;

/** Where the JVM begins. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] args) throws Exception {
    DaemonLog.claim();
    System.exit(run(Arrays.asList(args)));
  }

  private static int run(List<String> args) throws Exception {
    if (!args.isEmpty() && args.getFirst().equals("serve")) {
      return Serve.run(args.subList(1, args.size()));
    }
    return Commands.run(args);
  }
}
