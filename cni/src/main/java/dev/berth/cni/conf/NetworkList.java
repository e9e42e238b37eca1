package dev.berth.cni.conf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A network: its plugins in order.
 *
 * @param name of the network, that plugins keep their state under
 * @param versions what the file allows, newest first; not empty
 * @param disableCheck whether CHECK must not be asked
 * @param disableGc whether GC must not be asked, as where several runtimes share the network
 * @param plugins in the order of ADD; not empty
 * @param json the whole list, as it is kept for a pod's DEL
 */
public record NetworkList(
    String name,
    List<CniVersion> versions,
    boolean disableCheck,
    boolean disableGc,
    List<PluginConf> plugins,
    ObjectNode json) {

  /** Keeps copies of the lists. */
  public NetworkList {
    versions = List.copyOf(versions);
    plugins = List.copyOf(plugins);
  }
}
