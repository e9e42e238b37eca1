package dev.berth.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cri.v1.ContainerMetrics;
import dev.berth.cri.v1.ListPodSandboxMetricsResponse;
import dev.berth.cri.v1.PodSandboxMetrics;
import java.util.HashMap;
import java.util.Map;

/**
 * What containers have read from block devices and written to them since they began. The CRI's
 * statistics have no such figures, its metrics do.
 */
record BlockIo(Map<String, Bytes> byContainer) {
  private static final String READ = "container_fs_reads_bytes_total";
  private static final String WRITTEN = "container_fs_writes_bytes_total";

  /** Of all devices together. */
  record Bytes(long read, long written) {
    private static final Bytes NONE = new Bytes(0, 0);
  }

  BlockIo {
    byContainer = Map.copyOf(byContainer);
  }

  static BlockIo of(ListPodSandboxMetricsResponse metrics) {
    Map<String, Bytes> all = new HashMap<>();
    for (PodSandboxMetrics pod : metrics.getPodMetricsList()) {
      for (ContainerMetrics container : pod.getContainerMetricsList()) {
        all.put(
            container.getContainerId(), new Bytes(sum(container, READ), sum(container, WRITTEN)));
      }
    }
    return new BlockIo(all);
  }

  private static long sum(ContainerMetrics container, String name) {
    return container.getMetricsList().stream()
        .filter(metric -> metric.getName().equals(name))
        .mapToLong(metric -> metric.getValue().getValue())
        .sum();
  }

  Bytes of(String containerId) {
    return byContainer.getOrDefault(containerId, Bytes.NONE);
  }

  /** By container id. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    byContainer.forEach(
        (id, bytes) ->
            json.putObject(id).put("readBytes", bytes.read()).put("writtenBytes", bytes.written()));
    return json;
  }
}
