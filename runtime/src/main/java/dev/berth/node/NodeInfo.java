package dev.berth.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cgroup.CgroupLayout;
import dev.berth.config.BerthConfig;
import dev.berth.daemon.BerthVersion;
import dev.berth.image.ImageFsUsage;
import dev.berth.image.Images;
import dev.berth.journal.Journal;
import dev.berth.state.Pods;
import dev.berth.telemetry.Call;
import dev.berth.telemetry.LastFailures;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a verbose Status adds: readable JSON about the node, from memory. */
final class NodeInfo {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int LONGEST_FAILURE = 500;

  private final BerthConfig config;
  private final String instance;
  private final CgroupLayout cgroups;
  private final Pods pods;
  private final Journal journal;
  private final Images images;
  private final LastFailures failures;

  NodeInfo(BerthConfig config, String instance, Parts parts, LastFailures failures) {
    this.config = config;
    this.instance = instance;
    this.cgroups = parts.cgroups().layout();
    this.pods = parts.pods();
    this.journal = parts.journal();
    this.images = parts.images();
    this.failures = failures;
  }

  /** By name, each a JSON text. */
  Map<String, String> all() {
    Map<String, String> info = new LinkedHashMap<>();
    info.put("instance", NODES.textNode(instance).toString());
    info.put("objects", objects().toString());
    info.put("versions", versions().toString());
    info.put("config", configuration().toPrettyString());
    info.put("cgroups", layout().toPrettyString());
    info.put("store", store().toString());
    info.put("lastFailures", lastFailures().toPrettyString());
    return info;
  }

  private JsonNode objects() {
    return NODES
        .objectNode()
        .put("pods", pods.sandboxes().size())
        .put("containers", pods.containers().size())
        .put("records", journal.records().size());
  }

  private static JsonNode versions() {
    return NODES
        .objectNode()
        .put("berth", BerthVersion.TEXT)
        .put("java", Runtime.version().toString())
        .put("kernel", System.getProperty("os.version"));
  }

  private JsonNode configuration() {
    ObjectNode all = NODES.objectNode();
    all.put("root", config.root().toString());
    all.put("state", config.state().toString());
    all.put("socket", config.socket().toString());
    all.put("registry.config_path", config.registry().configPath().toString());
    all.put("network.mode", word(config.network().mode()));
    ArrayNode ranges = all.putArray("network.pod_cidrs");
    config.network().podCidrs().forEach(range -> ranges.add(range.toString()));
    all.put("network.mtu", config.network().mtu());
    all.put("cgroup.driver", word(config.cgroup().driver()));
    all.put("rpc.threads", config.rpc().threads());
    all.put("log.level", word(config.log().level()));
    all.put("stats.max_age_ms", config.stats().maxAge().toMillis());
    all.put("metrics.address", config.metrics().address().orElse(""));
    all.put(
        "tracing.otlp_endpoint", config.tracing().otlpEndpoint().map(Object::toString).orElse(""));
    return all;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT);
  }

  private JsonNode layout() {
    ObjectNode all = NODES.objectNode();
    all.put("kind", word(cgroups.kind()));
    ObjectNode mounts = all.putObject("controllers");
    cgroups.controllers().forEach(mounts::put);
    cgroups.unified().ifPresent(mount -> all.put("unified", mount));
    return all;
  }

  private JsonNode store() {
    ImageFsUsage usage = images.usage();
    return NODES
        .objectNode()
        .put("directory", usage.mountpoint().toString())
        .put("usedBytes", usage.usedBytes())
        .put("inodesUsed", usage.inodesUsed());
  }

  private JsonNode lastFailures() {
    ArrayNode list = NODES.arrayNode();
    for (Call call : failures.all()) {
      String text = call.failureText();
      list.addObject()
          .put("at", Instant.ofEpochSecond(0, call.beganAt()).toString())
          .put("method", call.method())
          .put("request", call.id())
          .put("pod", call.podId())
          .put(
              "failure",
              text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE));
    }
    return list;
  }
}
