package dev.berth.sandbox;

import dev.berth.kernel.Fd;
import dev.berth.network.AttachRequest;
import dev.berth.network.HostPort;
import dev.berth.shim.PodPlan;
import dev.berth.spec.SandboxPlan;
import dev.berth.state.v1.SandboxRecord;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checked request for a pod.
 *
 * @param name the pod's name, by which pods exclude each other
 * @param born the record of the pod to be made
 * @param spec what the request asks for, translated
 * @param networkSysctls what the pod network wants set in a new network namespace
 */
record SandboxRequest(
    String name, SandboxRecord born, SandboxPlan spec, Map<String, String> networkSysctls) {

  /** What the shim makes: the request's sysctls win over the network's. */
  PodPlan plan() {
    PodPlan plan = spec.plan();
    if (!plan.newNet()) {
      return plan;
    }
    Map<String, String> sysctls = new HashMap<>(networkSysctls);
    sysctls.putAll(plan.sysctls());
    return plan.withSysctls(sysctls);
  }

  /** What the network attaches. */
  AttachRequest attachRequest(Fd podNetlink, Fd netns) {
    var metadata = born.getConfig().getMetadata();
    return new AttachRequest(
        born.getId(),
        metadata.getNamespace() + "/" + metadata.getName(),
        podNetlink,
        netns,
        hostPorts());
  }

  private List<HostPort> hostPorts() {
    List<HostPort> ports = new ArrayList<>();
    for (dev.berth.spec.HostPort port : spec.ports()) {
      ports.add(
          new HostPort(
              HostPort.Protocol.valueOf(port.protocol().name()),
              address(port.hostIp()),
              port.hostPort(),
              port.containerPort()));
    }
    return ports;
  }

  private static @Nullable InetAddress address(String text) {
    return text.isEmpty() ? null : InetAddress.ofLiteral(text);
  }
}
