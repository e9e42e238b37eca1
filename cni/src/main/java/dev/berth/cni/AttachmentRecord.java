package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.conf.CniFormatException;
import dev.berth.cni.conf.CniJson;
import dev.berth.cni.conf.CniVersion;
import dev.berth.cni.conf.ListParser;
import dev.berth.cni.conf.NetworkList;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a DEL needs, as it is kept on the disk.
 *
 * @param podName {@code namespace/name}, for messages
 * @param netns path of the pinned namespace
 * @param args CNI_ARGS
 * @param capabilities what plugins are told that ask for it, by capability
 * @param list the network that the pod is in
 * @param version the version that its plugins are spoken to in
 * @param result of the last ADD; null until all of them ended well
 */
record AttachmentRecord(
    String podId,
    String podName,
    String netns,
    String args,
    ObjectNode capabilities,
    NetworkList list,
    CniVersion version,
    @Nullable ObjectNode result) {

  /** The name of the pod's interface, as every Kubernetes network has it. */
  static final String IF_NAME = "eth0";

  AttachmentRecord withResult(ObjectNode json) {
    return new AttachmentRecord(podId, podName, netns, args, capabilities, list, version, json);
  }

  ObjectNode json() {
    ObjectNode json = CniJson.object();
    json.put("podId", podId).put("podName", podName).put("netns", netns).put("args", args);
    json.put("version", version.text());
    json.set("capabilities", capabilities);
    json.set("list", list.json());
    if (result != null) {
      json.set("result", result);
    }
    return json;
  }

  /** Reads what {@link #json} wrote. */
  static AttachmentRecord read(byte[] text, String what) throws CniFormatException {
    ObjectNode json = CniJson.object(text, what);
    String version = CniJson.text(json, "version", what);
    if (!(json.path("list") instanceof ObjectNode list)
        || !(json.path("capabilities") instanceof ObjectNode capabilities)) {
      throw new CniFormatException(what + " has no network list or no capabilities");
    }
    return new AttachmentRecord(
        CniJson.text(json, "podId", what),
        CniJson.text(json, "podName", what),
        CniJson.text(json, "netns", what),
        CniJson.text(json, "args", what),
        capabilities,
        ListParser.parse(list, what),
        CniVersion.of(version)
            .orElseThrow(() -> new CniFormatException(what + ": version \"" + version + "\"")),
        json.path("result") instanceof ObjectNode result ? result : null);
  }
}
