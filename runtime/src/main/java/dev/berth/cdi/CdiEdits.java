package dev.berth.cdi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device asks to be done to a container ("containerEdits").
 *
 * @param env {@code NAME=value} each; they win over the request's
 * @param nodes device nodes
 * @param mounts mounts
 * @param groups groups that the container's user joins
 */
record CdiEdits(List<String> env, List<Node> nodes, List<Mount> mounts, List<Integer> groups) {
  CdiEdits {
    env = List.copyOf(env);
    nodes = List.copyOf(nodes);
    mounts = List.copyOf(mounts);
    groups = List.copyOf(groups);
  }

  /**
   * A device node; what is null is taken from the machine's node.
   *
   * @param path absolute path in the container
   * @param hostPath absolute path of the machine's node
   * @param permissions letters of {@code rwm}
   */
  record Node(
      String path,
      String hostPath,
      @Nullable Integer mode,
      @Nullable Integer uid,
      @Nullable Integer gid,
      String permissions) {}

  /**
   * A bind mount.
   *
   * @param options as mount(8) writes them
   */
  record Mount(String hostPath, String containerPath, List<String> options) {
    Mount {
      options = List.copyOf(options);
    }
  }
}
