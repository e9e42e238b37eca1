package dev.berth.sandbox;

import dev.berth.fault.Fault;
import dev.berth.kernel.Fd;
import dev.berth.network.AttachRequest;
import dev.berth.network.Bandwidth;
import dev.berth.network.HostPort;
import dev.berth.network.PodFacts;
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
 * @param born the record of the pod to be made; without an id as long as it is only checked
 * @param spec what the request asks for, translated
 * @param networkSysctls what the pod network wants set in a new network namespace
 */
record SandboxRequest(
    String name, SandboxRecord born, SandboxPlan spec, Map<String, String> networkSysctls) {

  /** What CNI plugins with these capabilities are asked for; lists are separated by commas. */
  private static final String MAC = "dev.berth.cni/mac";

  private static final String IPS = "dev.berth.cni/ips";
  private static final String ALIASES = "dev.berth.cni/aliases";

  SandboxRequest with(SandboxRecord record) {
    return new SandboxRequest(name, record, spec, networkSysctls);
  }

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
    PodFacts pod =
        new PodFacts(
            metadata.getNamespace(),
            metadata.getName(),
            metadata.getUid(),
            born.getConfig().getAnnotationsMap(),
            spec.cgroupParent(),
            dns(),
            bandwidth(),
            wishes());
    return new AttachRequest(born.getId(), pod, podNetlink, netns, hostPorts());
  }

  /**
   * The pod's limits.
   *
   * @throws Fault.InvalidArgument an annotation is no limit
   */
  Bandwidth bandwidth() {
    try {
      return Bandwidth.of(born.getConfig().getAnnotationsMap());
    } catch (IllegalArgumentException e) {
      throw new Fault.InvalidArgument("config.annotations: " + e.getMessage(), e);
    }
  }

  private PodFacts.Dns dns() {
    var dns = born.getConfig().getDnsConfig();
    return new PodFacts.Dns(dns.getServersList(), dns.getSearchesList(), dns.getOptionsList());
  }

  private PodFacts.Wishes wishes() {
    return new PodFacts.Wishes(
        born.getConfig().getAnnotationsOrDefault(MAC, ""), list(IPS), list(ALIASES));
  }

  private List<String> list(String annotation) {
    String text = born.getConfig().getAnnotationsOrDefault(annotation, "");
    return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*", -1));
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
