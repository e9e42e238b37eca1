package dev.berth.cli;

import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigRefused;
import dev.berth.daemon.Daemon;
import dev.berth.fault.Fault;
import dev.berth.node.Remains;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code berth clean}: what an ended daemon has left on the host, taken away. */
@Command(
    name = "clean",
    description = {
      "Remove what an ended daemon leaves on the host for the next one: its bridge, its nftables"
          + " table, its cgroups.",
      "Refused while a daemon or a pod of it runs.",
      "Takes the options of serve; the folders of root and state stay."
    })
final class Clean implements Callable<Integer> {
  @Parameters(paramLabel = "OPTION", description = "as for serve", arity = "0..*")
  List<String> options = List.of();

  @Override
  public Integer call() throws IOException {
    try {
      clean(ServeOptions.parse(options, ServeOptions.DEFAULT_FILE));
      return 0;
    } catch (ServeOptions.Wrong | ConfigRefused e) {
      System.err.println("berth clean: " + e.getMessage());
      return 2;
    } catch (Fault e) {
      System.err.println("berth clean: " + e.getMessage());
      return 1;
    }
  }

  /** Removes what the daemon of this configuration left. */
  static void clean(BerthConfig config) throws IOException {
    Daemon.maintain(config, Remains::remove);
  }
}
