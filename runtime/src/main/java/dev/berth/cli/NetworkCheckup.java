package dev.berth.cli;

import dev.berth.cni.conf.ConfFolder;
import dev.berth.cni.conf.NetworkList;
import dev.berth.cni.conf.PluginConf;
import dev.berth.config.BerthConfig;
import dev.berth.config.NetworkMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at the configuration of CNI plugins, where they attach pods, and at the plugins. */
final class NetworkCheckup {
  private NetworkCheckup() {}

  static List<Finding> of(BerthConfig.Network network) {
    if (network.mode() == NetworkMode.BUILTIN) {
      return List.of(Finding.ok("network", "built in: no CNI plugin is used"));
    }
    Path folder = network.cni().confDir();
    try {
      ConfFolder.Look look = new ConfFolder(folder).look();
      NetworkList list = look.list();
      return list == null
          ? List.of(Finding.fail("CNI", look.problem(), "put a conflist into " + folder))
          : found(list, look.problem(), network.cni().binDirs());
    } catch (IOException e) {
      return List.of(
          Finding.fail("CNI", folder + ": " + e.getMessage(), "make " + folder + " readable"));
    }
  }

  private static List<Finding> found(NetworkList list, String passedOver, List<Path> binDirs) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("CNI", "network " + list.name()));
    if (!passedOver.isEmpty()) {
      findings.add(Finding.warn("CNI", "passed over: " + passedOver, "mend or remove it"));
    }
    for (PluginConf plugin : list.plugins()) {
      boolean there =
          binDirs.stream().map(dir -> dir.resolve(plugin.type())).anyMatch(Files::isExecutable);
      findings.add(
          there
              ? Finding.ok("CNI plugin " + plugin.type(), "is installed")
              : Finding.fail(
                  "CNI plugin " + plugin.type(), "in none of " + binDirs, "install it there"));
    }
    return findings;
  }
}
