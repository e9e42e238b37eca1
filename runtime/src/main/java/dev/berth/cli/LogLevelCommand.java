package dev.berth.cli;

import dev.berth.api.v1.SetLogLevelRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code berth log-level LEVEL}: how much a running daemon logs. */
@Command(
    name = "log-level",
    description = "Change how much a running daemon logs, until it is started again.")
final class LogLevelCommand implements Callable<Integer> {
  @Mixin Client client = new Client();

  @Parameters(paramLabel = "LEVEL", description = "error, warn, info or debug")
  String level = "";

  @Override
  public Integer call() throws Exception {
    return client.run(
        "log-level",
        stubs -> stubs.node().setLogLevel(SetLogLevelRequest.newBuilder().setLevel(level).build()));
  }
}
