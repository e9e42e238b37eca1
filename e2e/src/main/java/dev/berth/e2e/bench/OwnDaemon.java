package dev.berth.e2e.bench;

import dev.berth.cri.v1.PullImageRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.DaemonSettings;
import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.daemon.PodRanges;
import dev.berth.e2e.daemon.Remains;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.Pusher;
import dev.berth.e2e.registry.RegistryFixture;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A daemon of this tree whose store holds the benchmark's image and which has not run a pod. Its
 * state is on a tmpfs, as /run is one on nodes; its root is not.
 */
final class OwnDaemon implements BenchDaemon {
  private static final Path TMPFS = Path.of("/dev/shm");

  private final Path home;
  private final DaemonProcess daemon;

  private OwnDaemon(Path home, DaemonProcess daemon) {
    this.home = home;
    this.daemon = daemon;
  }

  /** Pulls the image from a registry made for it, then ends daemon and registry. */
  static OwnDaemon prepared(String image) throws IOException {
    Path home = Files.createTempDirectory("berth-bench").toRealPath();
    Path hosts = home.resolve("hosts");
    DaemonProcess daemon =
        new DaemonProcess(
            DaemonSettings.in(home.resolve("d"))
                .stateIn(Files.createTempDirectory(TMPFS, "berth-bench"))
                .set("registry.config_path", hosts.toString())
                .set("network.pod_cidrs", PodRanges.next()));
    try (RegistryFixture registry = RegistryFixture.open(home.resolve("registry"));
        Pusher pusher = new Pusher(registry.base())) {
      registry.writeHosts(hosts, "_default");
      int colon = image.lastIndexOf(':');
      String repository = image.substring(image.indexOf('/') + 1, colon);
      pusher.push(repository, Busybox.image().build(), image.substring(colon + 1));
      daemon.start();
      try (CriClient client = new CriClient(daemon.settings().socket())) {
        var _ =
            client
                .images()
                .pullImage(PullImageRequest.newBuilder().setImage(Pods.image(image)).build());
      }
      int _ = daemon.terminate();
    }
    return new OwnDaemon(home, daemon);
  }

  @Override
  public void start() throws IOException {
    daemon.start();
    // the moment the socket takes a connection
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!channel.connect(UnixDomainSocketAddress.of(socket()))) {
        throw new IOException(socket() + " takes no connection");
      }
    }
  }

  @Override
  public Path socket() {
    return daemon.settings().socket();
  }

  @Override
  public long pid() {
    return daemon.pid();
  }

  @Override
  public String shims() {
    return "berth-shim";
  }

  Duration startup() {
    return daemon.startup();
  }

  @Override
  public void close() {
    daemon.close();
    Remains.of(daemon.instance()).remove();
    Folders.delete(daemon.settings().state());
    Folders.delete(home);
  }
}
