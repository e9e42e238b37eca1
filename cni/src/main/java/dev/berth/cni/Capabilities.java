package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.conf.CniJson;
import dev.berth.network.AttachRequest;
import dev.berth.network.Bandwidth;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import dev.berth.network.PodFacts;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * What is known of a pod, in the form of the CNI conventions' runtimeConfig. A plugin is told of it
 * what it declares the capability for. Pure.
 */
final class Capabilities {
  /**
   * Bits that may come at once: no bound beside the rate, as all of Kubernetes' runtimes have it.
   */
  private static final int BURST = Integer.MAX_VALUE;

  private Capabilities() {}

  static ObjectNode of(AttachRequest request, List<Cidr> nodeRanges) {
    PodFacts pod = request.pod();
    ObjectNode all = CniJson.object();
    ports(all.putArray("portMappings"), request.hostPorts());
    if (pod.bandwidth().isLimited()) {
      bandwidth(all.putObject("bandwidth"), pod.bandwidth());
    }
    ArrayNode ranges = CniJson.object().putArray("ranges");
    nodeRanges.forEach(range -> ranges.addArray().addObject().put("subnet", range.toString()));
    set(all, "ipRanges", ranges);
    ObjectNode dns = all.putObject("dns");
    texts(dns.putArray("servers"), pod.dns().servers());
    texts(dns.putArray("searches"), pod.dns().searches());
    texts(dns.putArray("options"), pod.dns().options());
    wishes(all, pod);
    if (!pod.cgroupPath().isEmpty()) {
      all.put("cgroupPath", pod.cgroupPath());
    }
    ObjectNode annotations = all.putObject("io.kubernetes.cri.pod-annotations");
    pod.annotations().forEach(annotations::put);
    return all;
  }

  /** What a pod can ask for only by annotation. */
  private static void wishes(ObjectNode all, PodFacts pod) {
    if (!pod.wishes().mac().isEmpty()) {
      all.put("mac", pod.wishes().mac());
    }
    ArrayNode lists = CniJson.object().putArray("lists");
    texts(lists.addArray(), pod.wishes().ips());
    texts(lists.addArray(), pod.wishes().aliases());
    set(all, "ips", (ArrayNode) lists.get(0));
    set(all, "aliases", (ArrayNode) lists.get(1));
  }

  private static void ports(ArrayNode to, List<HostPort> ports) {
    for (HostPort port : ports) {
      ObjectNode mapping = to.addObject();
      mapping.put("hostPort", port.hostPort()).put("containerPort", port.containerPort());
      mapping.put("protocol", port.protocol().name().toLowerCase(Locale.ROOT));
      InetAddress hostIp = port.hostIp();
      mapping.put("hostIP", hostIp == null ? "" : hostIp.getHostAddress());
    }
  }

  private static void bandwidth(ObjectNode to, Bandwidth limits) {
    if (limits.ingress() > 0) {
      to.put("ingressRate", limits.ingress()).put("ingressBurst", BURST);
    }
    if (limits.egress() > 0) {
      to.put("egressRate", limits.egress()).put("egressBurst", BURST);
    }
  }

  private static void set(ObjectNode to, String name, ArrayNode list) {
    if (!list.isEmpty()) {
      to.set(name, list);
    }
  }

  private static void texts(ArrayNode to, List<String> texts) {
    texts.forEach(to::add);
  }
}
