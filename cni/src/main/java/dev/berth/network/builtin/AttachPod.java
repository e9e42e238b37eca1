package dev.berth.network.builtin;

import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attach, step by step.
 *
 * <p>Threads: belongs to the calling thread.
 */
final class AttachPod {
  private final BuiltinNetwork network;
  private final AttachRequest request;
  private List<Cidr> chosen = List.of();
  private @Nullable Attachment linked;

  AttachPod(BuiltinNetwork network, AttachRequest request) {
    this.network = network;
    this.request = request;
  }

  Attachment run(Steps steps) throws Exception {
    Ground.Made ground = steps.call("ground", network::ground);
    steps.undo("host-ports", () -> network.hostPorts().giveBack(request.podId(), ports()));
    steps.run(
        "host-ports", () -> network.hostPorts().take(request.podId(), request.podName(), ports()));
    steps.undo("address", this::giveBackUnlinked);
    steps.run("address", () -> chosen = network.takeAddresses());
    Attachment attachment = attachment();
    steps.undo("link", this::retire);
    steps.run("link", () -> link(attachment, ground));
    if (request.pod().bandwidth().isLimited()) {
      // Its links go with the undo of the link.
      steps.run("bandwidth", () -> network.limit(request, attachment));
    }
    steps.run("pod", () -> network.podSide().configure(request.podNetlinkSocket(), chosen));
    // Before its ports are opened, so that a table written anew in between has them.
    steps.undo("note", () -> network.forget(attachment));
    steps.run("note", () -> network.note(attachment));
    steps.undo("open-ports", () -> network.firewall().close(attachment));
    steps.run("open-ports", () -> network.openPorts(attachment));
    return attachment;
  }

  private List<HostPort> ports() {
    return request.hostPorts();
  }

  private Attachment attachment() {
    String link = network.newLinkName();
    return new Attachment(
        request.podId(),
        request.podName(),
        Attachment.BUILTIN,
        link,
        Shaper.linkOf(link, request.pod().bandwidth()),
        chosen,
        ports());
  }

  private void link(Attachment attachment, Ground.Made ground) throws IOException {
    linked = attachment;
    network.makeLink(request, attachment, ground);
  }

  private void retire() throws IOException {
    if (linked != null) {
      network.retire(linked);
    }
  }

  /** Once a link was tried, its address is the reaper's to give back. */
  private void giveBackUnlinked() {
    if (linked == null) {
      network.addresses().giveBack(chosen);
    }
  }
}
