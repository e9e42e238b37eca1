package dev.berth.telemetry;

import dev.berth.steps.Steps;
import java.util.function.Consumer;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Writes every step as an event of the JVM's flight recorder, while that records. */
public final class FlightRecords implements Consumer<Call> {
  @Override
  public void accept(Call call) {
    // asked first: the event's class is loaded only when somebody records
    if (FlightRecorder.isInitialized()) {
      Writer.write(call);
    }
  }

  private static final class Writer {
    static void write(Call call) {
      for (Steps.Run run : call.runs()) {
        for (Steps.Timing timing : run.steps()) {
          StepEvent event = new StepEvent();
          if (event.isEnabled()) {
            event.request = call.id();
            event.pod = call.podId();
            event.operation = run.operation();
            event.step = timing.step();
            event.took = timing.tookNanos();
            event.after = run.begun() - call.begun() + timing.afterNanos();
            event.failed = timing.failed();
            event.commit();
          }
        }
      }
    }
  }

  @Name("dev.berth.Step")
  @Label("Step")
  @Category("Berth")
  @StackTrace(false)
  static final class StepEvent extends Event {
    @Label("Request")
    String request = "";

    @Label("Pod")
    String pod = "";

    @Label("Operation")
    String operation = "";

    @Label("Step")
    String step = "";

    @Label("After the Request's Begin")
    @Timespan
    long after;

    @Label("Took")
    @Timespan
    long took;

    @Label("Failed")
    boolean failed;
  }
}
