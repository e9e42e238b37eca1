package dev.berth.node;

import dev.berth.api.v1.NodeGrpc;
import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigInForce;
import dev.berth.daemon.BerthVersion;
import dev.berth.daemon.DaemonLog;
import dev.berth.daemon.InstanceId;
import dev.berth.fault.Fault;
import dev.berth.image.Image;
import dev.berth.image.Images;
import dev.berth.image.PullProgress;
import dev.berth.nodeapi.ListPulls;
import dev.berth.nodeapi.ReloadConfig;
import dev.berth.nodeapi.SetLogLevel;
import dev.berth.nodeapi.Trace;
import dev.berth.rpc.CallWatcher;
import dev.berth.rpc.VerbService;
import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.steps.Steps;
import dev.berth.telemetry.Calls;
import dev.berth.telemetry.Figures;
import dev.berth.telemetry.FlightRecords;
import dev.berth.telemetry.LastFailures;
import dev.berth.telemetry.MetricsEndpoint;
import dev.berth.telemetry.Pulls;
import dev.berth.telemetry.SlowRequests;
import dev.berth.telemetry.SpanExporter;
import dev.berth.telemetry.Timelines;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;

/** What the daemon measures about itself, and who is told: put together from the configuration. */
final class Sight implements Closeable {
  private final Timelines timelines = new Timelines();
  private final LastFailures failures = new LastFailures();
  private final Pulls pulls;
  private final SlowRequests slow;
  private final Deque<Closeable> open = new ArrayDeque<>();

  private Sight(Pulls pulls, SlowRequests slow) {
    this.pulls = pulls;
    this.slow = slow;
  }

  /**
   * Begins to measure.
   *
   * @throws dev.berth.fault.Fault.FailedPrecondition nothing can listen on the metrics address
   */
  static Sight open(BerthConfig config, InstanceId instance, Parts parts) {
    Pods pods = parts.pods();
    Images images = parts.images();
    Clock clock = Clock.systemUTC();
    Calls calls = new Calls(clock, id -> podOf(pods, id));
    Sight sight =
        new Sight(
            new Pulls(clock, id -> sizeOf(images, id), calls),
            new SlowRequests(config.log().slowRequest()));
    calls.listen(sight.timelines);
    calls.listen(sight.failures);
    calls.listen(sight.slow);
    calls.listen(new FlightRecords());
    config.metrics().address().ifPresent(address -> sight.endpoint(address, calls, parts));
    config
        .tracing()
        .otlpEndpoint()
        .ifPresent(
            endpoint -> {
              var exporter = new SpanExporter(endpoint, instance.hex(), BerthVersion.TEXT);
              calls.listen(exporter);
              sight.open.push(exporter);
            });
    Steps.listen(calls);
    return sight;
  }

  private void endpoint(String address, Calls calls, Parts parts) {
    Figures figures = new Figures(pulls);
    figures.add(new PodFigures(parts.pods()));
    figures.add(new SelfCheck(parts.pods(), parts.layout(), parts.cgroups()));
    figures.add(new LogFigures(parts.pods()));
    calls.listen(figures);
    open.push(MetricsEndpoint.listen(address, figures::page));
  }

  private static String podOf(Pods pods, String containerId) {
    try {
      return pods.findContainer("container_id", containerId).map(Container::sandboxId).orElse("");
    } catch (Fault e) {
      return ""; // an id that the verb will refuse
    }
  }

  private static long sizeOf(Images images, String id) {
    return images.find(id).map(Image::size).orElse(0L);
  }

  /** The last requests that failed. */
  LastFailures failures() {
    return failures;
  }

  /** Notes how far a pull is. */
  void pulling(String reference, PullProgress progress) {
    pulls.came(reference, progress.fetched(), progress.size());
  }

  /** Measures the calls of services. */
  CallWatcher watcher() {
    return pulls;
  }

  /** What becomes of keys that change while the daemon runs. */
  private Map<String, Consumer<BerthConfig>> live() {
    return Map.of(
        "log.level", config -> DaemonLog.level(config.log().level()),
        "log.slow_request_ms", config -> slow.threshold(config.log().slowRequest()));
  }

  /** The node's own API. */
  VerbService service(ConfigInForce inForce) {
    return new VerbService(NodeGrpc.getServiceDescriptor(), watcher())
        .serve(NodeGrpc.getTraceMethod(), new Trace(timelines))
        .serve(NodeGrpc.getListPullsMethod(), new ListPulls(pulls))
        .serve(NodeGrpc.getSetLogLevelMethod(), new SetLogLevel())
        .serve(NodeGrpc.getReloadConfigMethod(), new ReloadConfig(inForce, live()));
  }

  @Override
  public void close() throws IOException {
    Steps.listen(_ -> {});
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
