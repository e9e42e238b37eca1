package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.DaemonSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network of a distribution's CNI plugins for a daemon of the tests, with a bridge of its own.
 */
final class CniLink {
  private static final Path PLUGIN = Path.of("/usr/lib/cni/bridge");

  private final String link;

  /**
   * A network whose bridge is not there yet.
   *
   * @param word that the bridge's name begins with, at most eight letters
   */
  CniLink(String word) {
    this.link = word + ProcessHandle.current().pid() % 100_000;
  }

  /** The settings of a daemon that uses it, and that has a fault switch. */
  DaemonSettings configure(DaemonSettings settings) {
    assumeTrue(Files.isExecutable(PLUGIN), "needs containernetworking-plugins");
    try {
      Files.createDirectories(settings.home().resolve("net.d"));
      Files.writeString(
          conf(settings),
          """
          {"cniVersion": "1.0.0", "name": "e2e-%1$s", "plugins": [
            {"type": "bridge", "bridge": "%1$s", "isGateway": true, "ipam": {
              "type": "host-local", "dataDir": "%2$s",
              "ranges": [[{"subnet": "%3$s"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
            {"type": "portmap", "capabilities": {"portMappings": true}}]}
          """
              .formatted(
                  link,
                  settings.home().resolve("leases"),
                  settings.options().get("network.pod_cidrs")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return settings
        .set("network.mode", "cni")
        .set("network.cni_conf_dir", settings.home().resolve("net.d").toString())
        .env(FaultSwitch.VARIABLE, settings.home().resolve("faults").toString());
  }

  /** The file that describes it. */
  static Path conf(DaemonSettings settings) {
    return settings.home().resolve("net.d/10-e2e.conflist");
  }

  /** The addresses that are given out, and what else the plugin keeps beside them. */
  List<String> leases(DaemonProcess daemon) throws IOException {
    return names(daemon.settings().home().resolve("leases/e2e-" + link));
  }

  /** No address, no record, no pinned namespace, no link in the plugin's bridge. */
  void assertNothingIsLeft(DaemonProcess daemon) {
    Path records = daemon.settings().root().resolve("cni");
    await()
        .untilAsserted(
            () -> {
              assertThat(leases(daemon)).noneMatch(name -> name.startsWith("10."));
              assertThat(names(records)).isEmpty();
              assertThat(names(Path.of("/run/netns")))
                  .noneMatch(name -> name.startsWith(daemon.instance()));
              assertThat(names(Path.of("/sys/class/net", link, "brif"))).isEmpty();
            });
  }

  /** Removes the bridge, which is not Berth's to remove. */
  void remove() throws IOException, InterruptedException {
    new ProcessBuilder("ip", "link", "delete", link).start().waitFor();
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found.map(file -> file.getFileName().toString()).toList();
    }
  }
}
