package dev.berth.node;

import dev.berth.cgroup.CgroupLayout;
import dev.berth.cgroup.Cgroups;
import dev.berth.config.BerthConfig;
import dev.berth.daemon.InstanceId;
import dev.berth.fault.Fault;
import dev.berth.kernel.Kernel;
import dev.berth.network.builtin.BuiltinNetwork;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a daemon that has ended still has on the host, outside its directories: the bridge, the
 * packet filter's table, the base of its control groups. A daemon leaves them for the next one.
 */
public final class Remains {
  private Remains() {}

  /**
   * Takes everything away. The caller holds the locks of root and state, so no daemon runs.
   *
   * @throws Fault.FailedPrecondition there are still pods
   * @throws Fault.Internal the kernel refused
   * @throws IOException the directories or the machine's layout cannot be read
   */
  public static void remove(BerthConfig config, InstanceId instance) throws IOException {
    Path pods = new dev.berth.state.Layout(config.root(), config.state()).pods();
    if (Files.isDirectory(pods)) {
      try (Stream<Path> some = Files.list(pods)) {
        some.findAny()
            .ifPresent(
                pod -> {
                  throw new Fault.FailedPrecondition(
                      "remove what is left of the daemon of "
                          + config.root()
                          + ": there are still pods, e.g. "
                          + pod.getFileName());
                });
      }
    }
    try (var network =
        new BuiltinNetwork(Node.networkSettings(config, instance), Kernel.linux(), Faults.NONE)) {
      network.destroy();
    }
    Files.deleteIfExists(Node.RANGE_LOCKS.resolve(instance.hex()));
    new Cgroups(CgroupLayout.detect(), instance.hex()).removeBase();
  }
}
