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
      List<String> options = args.subList(1, args.size());
      if (options.contains("--help") || options.contains("-h")) {
        return Commands.run(List.of("help", "serve"));
      }
      return Serve.run(options);
    }
    return Commands.run(args);
  }
}
