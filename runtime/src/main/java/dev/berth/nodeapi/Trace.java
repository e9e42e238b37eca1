package dev.berth.nodeapi;

import dev.berth.api.v1.TraceRequest;
import dev.berth.api.v1.TraceResponse;
import dev.berth.api.v1.TracedCall;
import dev.berth.api.v1.TracedStep;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.steps.Steps;
import dev.berth.telemetry.Call;
import dev.berth.telemetry.Timelines;
import java.util.List;

/** Tells what was done for a pod, step by step, since the daemon started. */
public final class Trace implements Verb<TraceRequest, TraceResponse> {
  private static final String FIELD = "pod_sandbox_id";

  private final Timelines timelines;

  public Trace(Timelines timelines) {
    this.timelines = timelines;
  }

  @Override
  public TraceResponse call(TraceRequest request, CallContext context) {
    String asked = request.getPodSandboxId();
    if (asked.isEmpty()) {
      throw Fault.InvalidArgument.of(FIELD, asked, "must not be empty");
    }
    List<String> pods = timelines.pods(asked);
    if (pods.isEmpty()) {
      throw new Fault.NotFound(
          FIELD + " \"" + asked + "\": nothing was done for such a pod since the daemon started");
    }
    if (pods.size() > 1) {
      throw Fault.InvalidArgument.of(FIELD, asked, "ambiguous: more than one id begins so");
    }
    TraceResponse.Builder out = TraceResponse.newBuilder().setPodSandboxId(pods.getFirst());
    timelines.of(pods.getFirst()).forEach(call -> out.addCalls(traced(call)));
    return out.build();
  }

  private static TracedCall traced(Call call) {
    TracedCall.Builder out =
        TracedCall.newBuilder()
            .setMethod(call.method())
            .setRequestId(call.id())
            .setContainerId(call.containerId())
            .setBeganAt(call.beganAt())
            .setTook(call.took().toNanos())
            .setFailure(call.failureText());
    for (Steps.Run run : call.runs()) {
      long offset = run.begun() - call.begun();
      for (Steps.Timing step : run.steps()) {
        out.addSteps(
            TracedStep.newBuilder()
                .setOperation(run.operation())
                .setStep(step.step())
                .setAfter(offset + step.afterNanos())
                .setTook(step.tookNanos())
                .setFailed(step.failed()));
      }
    }
    return out.build();
  }
}
