package dev.berth.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Gathers the figures and writes them as a table and as JSON; milliseconds, KiB and MiB. */
final class BenchReport {
  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final ObjectNode root = json.createObjectNode();
  private final List<String> table = new ArrayList<>();

  /** Adds one figure of its own. */
  void figure(String key, String title, double value, String unit) {
    root.put(key, rounded(value));
    line("%-36s %9.2f %s", title, value, unit);
  }

  /** Adds how long a single life took to its running container, and its parts. */
  void single(String key, String title, Timings life) {
    ObjectNode node = root.putObject(key);
    for (Call call : Call.values()) {
      node.put(call.title(), rounded(millis(life, call)));
    }
    line(
        "%-36s %9.2f ms  (run %.2f, create %.2f, start %.2f)",
        title,
        millis(life, Call.READY),
        millis(life, Call.RUN),
        millis(life, Call.CREATE),
        millis(life, Call.START));
  }

  /** Adds a round. */
  void round(Round round) {
    ObjectNode node = root.putObject("parallel-" + round.parallel());
    int lives = round.lives().size();
    node.put("lives", lives).put("lives per second", rounded(round.rate()));
    line("");
    String head =
        String.format(
            Locale.ROOT, "%d lives, %d at a time, %.1f/s", lives, round.parallel(), round.rate());
    line("%-36s %9s %9s %9s", head, "p50", "p90", "p99");
    for (Call call : Call.values()) {
      double p50 = round.percentile(call, 0.5);
      double p90 = round.percentile(call, 0.9);
      double p99 = round.percentile(call, 0.99);
      ObjectNode figures = node.putObject(call.title());
      figures.put("p50", rounded(p50)).put("p90", rounded(p90)).put("p99", rounded(p99));
      line("  %-34s %9.2f %9.2f %9.2f ms", call.title(), p50, p90, p99);
    }
    line("");
  }

  /** Adds a peer's figures, and for each of ours that it has too, how many times ours it is. */
  void peer(BenchReport peer) {
    line("");
    line("the peer");
    table.addAll(peer.table);
    line("");
    line("%-36s %9s", "the peer's p50, times ours", "one at a time");
    JsonNode ours = root.path("parallel-1");
    JsonNode theirs = peer.root.path("parallel-1");
    ObjectNode ratios = root.putObject("peer-times");
    for (Call call : Call.values()) {
      double ratio =
          theirs.path(call.title()).path("p50").asDouble()
              / ours.path(call.title()).path("p50").asDouble();
      ratios.put(call.title(), rounded(ratio));
      line("  %-34s %9.1f", call.title(), ratio);
    }
    root.set("peer", peer.root);
  }

  /** The table for people. */
  String table() {
    return String.join("\n", table);
  }

  /** Writes the JSON file. */
  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.write(file, json.writeValueAsBytes(root));
  }

  @FormatMethod
  private void line(@FormatString String pattern, Object... values) {
    table.add(String.format(Locale.ROOT, pattern, values));
  }

  private static double millis(Timings life, Call call) {
    return life.nanos(call) / 1e6;
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
