package dev.berth.config;

import dev.berth.network.NetworkSettings;
import java.nio.file.Path;
import java.util.List;

/** Keys of the pod network. */
final class NetworkKeys {
  static final Key<NetworkMode> NETWORK_MODE =
      Key.ofString(
          "network.mode",
          "\"builtin\" or \"cni\"",
          "\"builtin\"",
          "Who attaches pods to a network. `builtin`: Berth itself, with a bridge, veth links and"
              + " nftables rules that carry the instance's id. `cni`: the plugins of the lexically"
              + " first valid file in `network.cni_conf_dir`; until there is one the node says that"
              + " its network is not ready, and pods on the host's network run. A pod is detached"
              + " the way it was attached, also after this was changed.",
          text -> Values.oneOf(NetworkMode.class, text));

  static final Key<List<PodCidr>> NETWORK_POD_CIDRS =
      Key.ofList(
          "network.pod_cidrs",
          "at least one ADDRESS/PREFIX",
          "[\"10.219.0.0/16\"]",
          "Where the built-in network takes pod addresses from: one address of each family that is"
              + " there, the first range's family first. Of several ranges of a family the next one"
              + " is for when the one before it is full. Two daemons on one machine need ranges"
              + " that do not overlap.",
          NetworkKeys::cidrs);

  static final Key<Integer> NETWORK_MTU =
      Key.ofInt(
          "network.mtu",
          576,
          65535,
          "1500",
          "Largest packet of the pods' links, in bytes. At least 1280 when pods have IPv6"
              + " addresses.");

  static final Key<Path> NETWORK_CNI_CONF_DIR =
      Key.ofString(
          "network.cni_conf_dir",
          "an absolute path",
          "\"/etc/cni/net.d\"",
          "Folder of CNI network configurations (`.conflist`, `.conf`, `.json`), for the mode"
              + " `cni`. It need not exist yet; what changes in it is seen without a restart.",
          Values::absolute);

  static final Key<List<Path>> NETWORK_CNI_BIN_DIRS =
      Key.ofList(
          "network.cni_bin_dirs",
          "absolute paths",
          "[\"/opt/cni/bin\", \"/usr/lib/cni\"]",
          "Folders that CNI plugins are searched in, in this order.",
          texts -> texts.stream().map(Values::absolute).toList());

  static final Key<Integer> NETWORK_CNI_TIMEOUT =
      Key.ofInt(
          "network.cni_timeout",
          1,
          3600,
          "60",
          "Seconds that all plugins together may take to attach a pod, and each of them for any"
              + " other call. Then the plugin is killed with all that it started.");

  /** In the order of the documentation. */
  static final List<Key<?>> ALL =
      List.of(
          NETWORK_MODE,
          NETWORK_POD_CIDRS,
          NETWORK_MTU,
          NETWORK_CNI_CONF_DIR,
          NETWORK_CNI_BIN_DIRS,
          NETWORK_CNI_TIMEOUT);

  private NetworkKeys() {}

  private static List<PodCidr> cidrs(List<String> texts) {
    if (texts.isEmpty() || texts.size() > NetworkSettings.MOST_RANGES) {
      throw new IllegalArgumentException("there are " + texts.size());
    }
    List<PodCidr> cidrs = texts.stream().map(PodCidr::parse).toList();
    for (int i = 1; i < cidrs.size(); i++) {
      for (PodCidr before : cidrs.subList(0, i)) {
        if (before.range().overlaps(cidrs.get(i).range())) {
          throw new IllegalArgumentException(before + " and " + cidrs.get(i) + " overlap");
        }
      }
    }
    return cidrs;
  }
}
