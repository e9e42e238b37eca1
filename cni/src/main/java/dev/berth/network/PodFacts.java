package dev.berth.network;

import java.util.List;
import java.util.Map;

/**
 * What a network may want to know of a pod.
 *
 * @param namespace of the pod in Kubernetes
 * @param name of the pod in Kubernetes
 * @param uid of the pod in Kubernetes
 * @param annotations the pod's
 * @param cgroupPath what the pod's containers live below; empty where nobody said
 * @param dns what goes into resolv.conf
 * @param bandwidth the pod's limits
 * @param wishes what it asks for of its interface
 */
public record PodFacts(
    String namespace,
    String name,
    String uid,
    Map<String, String> annotations,
    String cgroupPath,
    Dns dns,
    Bandwidth bandwidth,
    Wishes wishes) {

  /** The lists of a pod's DNS config, empty where it has none. */
  public record Dns(List<String> servers, List<String> searches, List<String> options) {
    /** Nothing asked for. */
    public static final Dns NONE = new Dns(List.of(), List.of(), List.of());

    /** Keeps copies of the lists. */
    public Dns {
      servers = List.copyOf(servers);
      searches = List.copyOf(searches);
      options = List.copyOf(options);
    }
  }

  /**
   * What a pod asks for of its interface, for plugins that can give it.
   *
   * @param mac empty for any
   * @param ips addresses, with or without a prefix length; empty for any
   * @param aliases further names of the pod
   */
  public record Wishes(String mac, List<String> ips, List<String> aliases) {
    /** Nothing asked for. */
    public static final Wishes NONE = new Wishes("", List.of(), List.of());

    /** Keeps copies of the lists. */
    public Wishes {
      ips = List.copyOf(ips);
      aliases = List.copyOf(aliases);
    }
  }

  /** Keeps a copy of the map. */
  public PodFacts {
    annotations = Map.copyOf(annotations);
  }

  /** A pod of which nothing but its name matters. */
  public static PodFacts named(String namespace, String name) {
    return new PodFacts(
        namespace, name, "", Map.of(), "", Dns.NONE, Bandwidth.UNLIMITED, Wishes.NONE);
  }
}
