package dev.berth.cni.conf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * One plugin of a network.
 *
 * @param type the name of its program
 * @param capabilities what it wants to be told about each pod
 * @param json its configuration as it stands in the file
 */
public record PluginConf(String type, Set<String> capabilities, ObjectNode json) {

  /** Keeps a copy of the set. */
  public PluginConf {
    capabilities = Set.copyOf(capabilities);
  }
}
