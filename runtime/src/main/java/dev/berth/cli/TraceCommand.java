package dev.berth.cli;

import dev.berth.api.v1.TraceRequest;
import dev.berth.api.v1.TraceResponse;
import dev.berth.api.v1.TracedCall;
import dev.berth.api.v1.TracedStep;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code berth trace POD}: what was done for a pod as a timeline. */
@Command(
    name = "trace",
    description = "Show what was done for a pod, step by step, since the daemon started.")
final class TraceCommand implements Callable<Integer> {
  private static final int BAR = 40;

  @Mixin Client client = new Client();

  @Parameters(paramLabel = "POD", description = "the pod's id or the beginning of it")
  String pod = "";

  @Override
  public Integer call() throws Exception {
    return client.run("trace", this::show);
  }

  private void show(Client.Stubs stubs) {
    TraceResponse trace =
        stubs.node().trace(TraceRequest.newBuilder().setPodSandboxId(pod).build());
    System.out.print(
        client.json() ? MessageJson.of(trace).toPrettyString() + "\n" : timeline(trace));
  }

  static String timeline(TraceResponse trace) {
    StringBuilder text = new StringBuilder("pod " + trace.getPodSandboxId() + "\n");
    for (TracedCall call : trace.getCallsList()) {
      text.append('\n').append(at(call.getBeganAt())).append(' ').append(call.getMethod());
      if (!call.getContainerId().isEmpty()) {
        text.append(' ').append(Amounts.id(call.getContainerId()));
      }
      text.append("  ").append(Amounts.millis(call.getTook()));
      text.append("  request ").append(call.getRequestId()).append('\n');
      text.append(steps(call));
      if (!call.getFailure().isEmpty()) {
        text.append("  failed: ").append(call.getFailure().replaceAll("\\p{Cntrl}", "?"));
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String at(long nanos) {
    return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static String steps(TracedCall call) {
    if (call.getStepsCount() == 0) {
      return "";
    }
    Table table = new Table("  STEP", "AT", "TOOK", "");
    for (TracedStep step : call.getStepsList()) {
      table.row(
          "  " + step.getStep() + (step.getFailed() ? " failed" : ""),
          Amounts.millis(step.getAfter()),
          Amounts.millis(step.getTook()),
          bar(step, Math.max(1, call.getTook())));
    }
    return table.text();
  }

  private static String bar(TracedStep step, long whole) {
    int from = Math.clamp(step.getAfter() * BAR / whole, 0, BAR - 1);
    int length = Math.clamp(step.getTook() * BAR / whole, 1, BAR - from);
    return " ".repeat(from) + "▇".repeat(length);
  }
}
