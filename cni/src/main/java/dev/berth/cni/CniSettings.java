package dev.berth.cni;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the plugins' network is told.
 *
 * @param instanceId part of the pinned namespaces' names
 * @param confFolder where network configurations lie; need not exist
 * @param pluginFolders where plugins are searched, in order
 * @param timeout of a whole chain of ADDs, and of each single DEL, CHECK, GC, STATUS
 * @param records a directory of the daemon's own that outlives a reboot
 * @param pins the directory that namespaces are pinned in, {@code /run/netns}
 */
public record CniSettings(
    String instanceId,
    Path confFolder,
    List<Path> pluginFolders,
    Duration timeout,
    Path records,
    Path pins) {

  /** Keeps a copy of the list. */
  public CniSettings {
    pluginFolders = List.copyOf(pluginFolders);
  }
}
