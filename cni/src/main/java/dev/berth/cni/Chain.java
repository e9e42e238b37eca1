package dev.berth.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.conf.CniJson;
import dev.berth.cni.conf.CniVersion;
import dev.berth.cni.conf.NetworkList;
import dev.berth.cni.conf.PluginConf;
import dev.berth.cni.plugin.CniResult;
import dev.berth.cni.plugin.Command;
import dev.berth.cni.plugin.PluginFailed;
import dev.berth.cni.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the plugins of a network one after another. */
final class Chain {
  private final Plugins plugins;
  private final Duration timeout;

  Chain(Plugins plugins, Duration timeout) {
    this.plugins = plugins;
    this.timeout = timeout;
  }

  /**
   * ADD, in order, each with the result of the one before it, all within one deadline.
   *
   * @throws IOException the first that failed; what came before it is DEL's
   */
  CniResult add(AttachmentRecord record) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    CniResult result = null;
    for (PluginConf plugin : record.list().plugins()) {
      ObjectNode input = input(record, plugin, result == null ? null : result.json());
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      byte[] answer = plugins.run(plugin.type(), Command.ADD, call(record), input, left);
      String what = "plugin " + plugin.type() + " ADD: its result";
      result = CniResult.parse(answer, AttachmentRecord.IF_NAME, what);
    }
    if (result == null || result.addresses().isEmpty()) {
      throw new IOException("network " + record.list().name() + " gave the pod no address");
    }
    return result;
  }

  /**
   * DEL, in reverse, all of them whatever the others say, each with a deadline of its own.
   *
   * @throws IOException the first that failed, the others suppressed
   */
  void del(AttachmentRecord record) throws IOException {
    ObjectNode previous = record.version().hasCheck() ? record.result() : null;
    IOException first = null;
    for (PluginConf plugin : record.list().plugins().reversed()) {
      try {
        ObjectNode input = input(record, plugin, previous);
        plugins.run(plugin.type(), Command.DEL, call(record), input, timeout);
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * CHECK, in order; nothing where the network cannot be asked.
   *
   * @throws IOException the first that finds something wrong
   */
  void check(AttachmentRecord record) throws IOException {
    if (!record.version().hasCheck() || record.list().disableCheck()) {
      return;
    }
    for (PluginConf plugin : record.list().plugins()) {
      ObjectNode input = input(record, plugin, record.result());
      plugins.run(plugin.type(), Command.CHECK, call(record), input, timeout);
    }
  }

  /** STATUS, in order; throws what the first says that is not ready. */
  void status(NetworkList list, CniVersion version) throws IOException {
    for (PluginConf plugin : list.plugins()) {
      ObjectNode input = plugin(list, version, plugin);
      plugins.run(plugin.type(), Command.STATUS, List.of(), input, timeout);
    }
  }

  /**
   * GC, all plugins whatever the others say.
   *
   * @param valid what the network's plugins must keep
   * @throws IOException the first that failed, the others suppressed
   */
  void collect(NetworkList list, CniVersion version, Collection<AttachmentRecord> valid)
      throws IOException {
    IOException first = null;
    for (PluginConf plugin : list.plugins()) {
      ObjectNode input = plugin(list, version, plugin);
      ArrayNode kept = input.putArray("cni.dev/valid-attachments");
      for (AttachmentRecord record : valid) {
        if (record.list().name().equals(list.name())) {
          kept.addObject()
              .put("containerID", record.podId())
              .put("ifname", AttachmentRecord.IF_NAME);
        }
      }
      try {
        plugins.run(plugin.type(), Command.GC, List.of(), input, timeout);
      } catch (PluginFailed e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static List<String> call(AttachmentRecord record) {
    // A namespace that is gone is said by an empty path.
    String netns = Files.exists(Path.of(record.netns())) ? record.netns() : "";
    return List.of(
        "CNI_CONTAINERID=" + record.podId(),
        "CNI_NETNS=" + netns,
        "CNI_IFNAME=" + AttachmentRecord.IF_NAME,
        "CNI_ARGS=" + record.args());
  }

  private static ObjectNode plugin(NetworkList list, CniVersion version, PluginConf plugin) {
    return plugin.json().deepCopy().put("name", list.name()).put("cniVersion", version.text());
  }

  private static ObjectNode input(
      AttachmentRecord record, PluginConf plugin, @Nullable ObjectNode previous) {
    ObjectNode input = plugin(record.list(), record.version(), plugin);
    ObjectNode told = CniJson.object();
    for (String capability : plugin.capabilities()) {
      JsonNode value = record.capabilities().path(capability);
      if (!value.isMissingNode()) {
        told.set(capability, value);
      }
    }
    if (!told.isEmpty()) {
      input.set("runtimeConfig", told);
    }
    if (previous != null) {
      input.set("prevResult", previous);
    }
    return input;
  }
}
