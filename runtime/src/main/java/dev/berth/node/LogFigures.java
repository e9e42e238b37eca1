package dev.berth.node;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.shim.LogCounts;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.telemetry.Exposition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows about containers' logs, which the shims count. */
final class LogFigures implements Consumer<Exposition> {
  private static final Logger LOG = LoggerFactory.getLogger(LogFigures.class);

  private record Row(List<String> labels, LogCounts counts) {}

  private final Pods pods;

  LogFigures(Pods pods) {
    this.pods = pods;
  }

  @Override
  public void accept(Exposition page) {
    List<Row> rows = new ArrayList<>();
    pods.anySandboxes().forEach(sandbox -> add(sandbox, rows));
    write(
        page,
        rows,
        "berth_log_bytes_total",
        "Bytes in a container's log files, all rotated ones together.",
        LogCounts::writtenBytes);
    write(
        page,
        rows,
        "berth_log_dropped_bytes_total",
        "Bytes of log lines that were lost because the log could not be written.",
        LogCounts::droppedBytes);
    write(
        page,
        rows,
        "berth_log_dropped_lines_total",
        "Log lines that were lost because the log could not be written.",
        LogCounts::droppedLines);
  }

  private static void write(
      Exposition page, List<Row> rows, String name, String help, ToLongFunction<LogCounts> value) {
    page.family(name, "counter", help);
    for (Row row : rows) {
      page.row(name, value.applyAsLong(row.counts()), row.labels().toArray(String[]::new));
    }
  }

  private static void add(Sandbox sandbox, List<Row> rows) {
    Map<String, LogCounts> counts = counts(sandbox.shim());
    for (Container container : sandbox.containers()) {
      LogCounts own = counts.get(container.id());
      if (own != null) {
        rows.add(new Row(labels(sandbox, container), own));
      }
    }
  }

  private static Map<String, LogCounts> counts(@Nullable Shim shim) {
    try {
      return shim == null ? Map.of() : shim.logCounts();
    } catch (ShimFailure e) {
      // an earlier version that does not count, or one that is going: its rows are missing
      LOG.debug("the logs of pod {} are not counted", shim.podId(), e);
      return Map.of();
    }
  }

  private static List<String> labels(Sandbox sandbox, Container container) {
    var pod = sandbox.born().getConfig().getMetadata();
    ContainerConfig config = container.born().getConfig();
    return List.of(
        "namespace",
        pod.getNamespace(),
        "pod",
        pod.getName(),
        "container",
        config.getMetadata().getName(),
        "id",
        container.id());
  }
}
