package dev.berth.node;

import dev.berth.cri.Readiness;
import dev.berth.handler.Handlers;
import dev.berth.handler.OciRuntime;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.PodNetwork;
import dev.berth.state.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the node can do, asked of its parts. */
final class NodeReadiness implements Readiness {
  /** A block: a smaller file can still fit where no block is free. */
  private static final int PROBE_BYTES = 4096;

  private final PodNetwork network;
  private final Layout layout;
  private final Handlers handlers;
  private final NodeInfo info;

  NodeReadiness(PodNetwork network, Layout layout, Handlers handlers, NodeInfo info) {
    this.handlers = handlers;
    this.layout = layout;
    this.network = network;
    this.info = info;
  }

  /**
   * Whatever pods cannot do without was opened before the socket answered; but a disk can be full,
   * or read-only, since then. So both places are written to: some ten microseconds.
   */
  @Override
  public Condition runtime() {
    try {
      probe(layout.root());
      probe(layout.state());
      return Condition.READY;
    } catch (IOException e) {
      return Condition.notReady("CannotWrite", "write a file: " + e.getMessage());
    }
  }

  private static void probe(Path directory) throws IOException {
    Path file = directory.resolve(".probe");
    try {
      Files.write(file, new byte[PROBE_BYTES]);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public Condition network() {
    NetworkReadiness readiness = network.readiness();
    return readiness.ready()
        ? Condition.READY
        : Condition.notReady(readiness.reason(), readiness.message());
  }

  @Override
  public Map<String, Condition> handlers() {
    Map<String, Condition> all = new LinkedHashMap<>();
    for (OciRuntime runtime : handlers.others()) {
      String program = runtime.command().getFirst();
      all.put(
          runtime.name(),
          runtime.program().isPresent()
              ? Condition.READY
              : Condition.notReady("ProgramMissing", program + " is not there"));
    }
    return all;
  }

  @Override
  public Map<String, String> info() {
    Map<String, String> all = new LinkedHashMap<>(info.all());
    all.putAll(network.facts());
    return all;
  }
}
