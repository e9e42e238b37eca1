package dev.berth.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.DaemonSettings;
import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.daemon.PodRanges;
import dev.berth.e2e.daemon.Remains;
import dev.berth.e2e.daemon.Repository;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.RegistryFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test class needs: a daemon of its own that finds its images in the shared registry, a
 * client on its socket, and the leak guard around each test and around the class.
 *
 * <p>After each test its pods are removed through the CRI, then the machine must be as before.
 * After the class the daemon is ended and its bridge, table and cgroups, which outlive a daemon on
 * purpose, are taken away.
 */
final class Testbed
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private final UnaryOperator<DaemonSettings> change;
  private final List<DaemonProcess> daemons = new ArrayList<>();
  private @Nullable Path home;
  private @Nullable DaemonProcess daemon;
  private @Nullable Node node;
  private @Nullable LeakGuard guard;
  private @Nullable LeakGuard classGuard;

  /** A daemon with its defaults. */
  Testbed() {
    this(UnaryOperator.identity());
  }

  /** A daemon whose settings are changed before it starts. */
  Testbed(UnaryOperator<DaemonSettings> change) {
    this.change = change;
  }

  /** The class's daemon. */
  DaemonProcess daemon() {
    return Objects.requireNonNull(daemon, "the testbed is not set up");
  }

  /** The class's daemon, by its socket. */
  Node node() {
    return Objects.requireNonNull(node, "the testbed is not set up");
  }

  /** A client of its own, for the caller to close. */
  CriClient client() {
    return new CriClient(daemon().settings().socket());
  }

  /** All daemons of the class. */
  List<DaemonProcess> daemons() {
    return daemons;
  }

  /** Lets images of this host come from another address, from now on. */
  void serve(String host, String address) throws IOException {
    Path folder =
        Files.createDirectories(daemon().settings().home().resolve("hosts").resolve(host));
    Files.writeString(
        folder.resolve("hosts.toml"),
        """
        server = "%1$s"
        [host."%1$s"]
          capabilities = ["pull", "resolve"]
        """
            .formatted(address));
  }

  /** A folder for whatever a test needs; it goes with the class. */
  Path home() {
    return Objects.requireNonNull(home, "the testbed is not set up");
  }

  /** One more daemon beside the first, not started yet. */
  DaemonProcess another(String name) throws IOException {
    DaemonProcess other = new DaemonProcess(settings(home().resolve(name)));
    daemons.add(other);
    return other;
  }

  /** Starts the daemon again after a test ended it. */
  @CanIgnoreReturnValue
  Node restarted() throws IOException {
    if (!daemon().alive()) {
      daemon().start();
    }
    node().client().reconnect();
    return node();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    requirements();
    home = Files.createTempDirectory("berth-e2e").toRealPath();
    daemon = new DaemonProcess(change.apply(settings(home.resolve("first"))));
    daemons.add(daemon);
    classGuard = new LeakGuard(() -> daemons);
    daemon.start();
    node = new Node(client(), home.resolve("logs"));
    node.warm();
    guard = new LeakGuard(() -> daemons);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Objects.requireNonNull(guard, "the testbed is not set up").begin();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    restarted().removeAllPods();
    node().assertKnowsNothing();
    Objects.requireNonNull(guard, "the testbed is not set up").check(context.getDisplayName());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (node == null) {
      daemons.forEach(DaemonProcess::close);
      return;
    }
    node.close();
    for (DaemonProcess each : daemons) {
      each.close();
      Remains.of(each.instance()).remove();
    }
    Folders.delete(home());
    Objects.requireNonNull(classGuard, "the testbed is not set up").check(context.getDisplayName());
  }

  private static DaemonSettings settings(Path folder) throws IOException {
    Path hosts = folder.resolve("hosts");
    TestImages.REGISTRY.writeHosts(hosts, "_default");
    return DaemonSettings.in(folder)
        .set("registry.config_path", hosts.toString())
        .set("network.pod_cidrs", PodRanges.next());
  }

  private static void requirements() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    assumeTrue(RegistryFixture.available(), "needs the program docker-registry");
    assumeTrue(Busybox.available(), "needs /bin/busybox (package busybox-static)");
    assumeTrue(Files.isExecutable(Repository.launcher()), () -> "no " + Repository.launcher());
  }
}
