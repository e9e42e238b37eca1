package dev.berth.e2e;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.IDMapping;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.UserNamespace;

/** Requests with id mappings as a kubelet fills them in. */
final class UserNamespaces {
  private static final IDMapping MAPPING =
      IDMapping.newBuilder().setHostId(200_000).setContainerId(0).setLength(65_536).build();

  private UserNamespaces() {}

  static NamespaceOption.Builder options() {
    return NamespaceOption.newBuilder()
        .setPid(NamespaceMode.CONTAINER)
        .setUsernsOptions(
            UserNamespace.newBuilder()
                .setMode(NamespaceMode.POD)
                .addUids(MAPPING)
                .addGids(MAPPING));
  }

  /** Runs a pod with users of its own. */
  static String pod(Node node, String name, NamespaceMode pid) {
    var config = node.podConfig(name.toLowerCase(java.util.Locale.ROOT));
    config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options().setPid(pid));
    return node.pod(config.build());
  }

  static ContainerConfig.Builder in(ContainerConfig.Builder config) {
    config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options());
    return config;
  }

  /** A volume that shows with the pod's ids. */
  static Mount.Builder mapped(Mount.Builder mount) {
    return mount.addUidMappings(MAPPING).addGidMappings(MAPPING);
  }
}
