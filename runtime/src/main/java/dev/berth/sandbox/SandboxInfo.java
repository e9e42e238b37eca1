package dev.berth.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.network.Attachment;
import dev.berth.network.PodNetwork;
import dev.berth.shim.Shim;
import dev.berth.state.Layout;
import dev.berth.state.Sandbox;
import org.jspecify.annotations.Nullable;

/** What a verbose PodSandboxStatus adds for a person who debugs. */
final class SandboxInfo {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SandboxInfo() {}

  static String json(Sandbox sandbox, Layout layout, PodNetwork pods) {
    ObjectNode info = JSON.createObjectNode();
    Shim shim = sandbox.shim();
    // the pod has no process of its own: its namespaces are kept by the shim
    info.put("pid", shim == null ? 0 : shim.pid());
    info.put("state", sandbox.state().getClass().getSimpleName());
    info.put("directory", layout.pod(sandbox.id()).toString());
    Attachment attachment = sandbox.attachment();
    if (attachment != null) {
      ObjectNode network = info.putObject("network");
      network.put("mode", attachment.mode());
      network.put("link", attachment.link());
      attachment.addresses().forEach(a -> network.withArray("addresses").add(a.toString()));
      pods.check(attachment).ifPresent(problem -> network.put("problem", problem));
    }
    resources(info, "overhead", sandbox.resources().overhead());
    resources(info, "resources", sandbox.resources().resources());
    try {
      return JSON.writeValueAsString(info);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of our own is not JSON", e);
    }
  }

  /** The limits that are set, by the names of the CRI. */
  private static void resources(
      ObjectNode info, String name, @Nullable LinuxContainerResources given) {
    if (given == null) {
      return;
    }
    ObjectNode out = info.putObject(name);
    given
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (value instanceof Number number) {
                out.put(field.getName(), number.longValue());
              } else if (value instanceof String text) {
                out.put(field.getName(), text);
              }
            });
  }
}
