package dev.berth.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.network.Attachment;
import dev.berth.shim.Shim;
import dev.berth.state.Layout;
import dev.berth.state.Sandbox;

/** What a verbose PodSandboxStatus adds for a person who debugs. */
final class SandboxInfo {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SandboxInfo() {}

  static String json(Sandbox sandbox, Layout layout) {
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
    }
    try {
      return JSON.writeValueAsString(info);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of our own is not JSON", e);
    }
  }
}
