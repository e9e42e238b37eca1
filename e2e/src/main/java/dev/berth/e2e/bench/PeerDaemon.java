package dev.berth.e2e.bench;

import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.Pusher;
import dev.berth.e2e.registry.RegistryFixture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The machine's own containerd with runc and the reference CNI plugins, as packages of a
 * distribution bring them (containerd, runc, containernetworking-plugins): what Berth is measured
 * against. It has a root, a state, a socket and a bridge of its own, and its state on a tmpfs.
 */
final class PeerDaemon implements BenchDaemon {
  private static final Path TMPFS = Path.of("/dev/shm");
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final String BRIDGE = "berthpeer0";
  private static final String PAUSE = "registry.k8s.io/bench/pause:1";
  private static final int END_SECONDS = 20;

  private final Path home;
  private final Path state;
  private @Nullable Process process;

  private PeerDaemon(Path home, Path state) {
    this.home = home;
    this.state = state;
  }

  /** Pulls the image, and one that does nothing for the pods' first process. */
  static PeerDaemon prepared(String image) throws IOException {
    Path home = Files.createTempDirectory("berth-peer").toRealPath();
    PeerDaemon peer = new PeerDaemon(home, Files.createTempDirectory(TMPFS, "berth-peer"));
    peer.configure();
    try (RegistryFixture registry = RegistryFixture.open(home.resolve("registry"));
        Pusher pusher = new Pusher(registry.base())) {
      registry.writeHosts(home.resolve("hosts"), "_default");
      push(pusher, image, Busybox.image());
      push(pusher, PAUSE, Busybox.image().set("Cmd", List.of("sleep", "2147483647")));
      peer.start();
      try (CriClient client = new CriClient(peer.socket())) {
        pull(client, image);
        pull(client, PAUSE);
      }
      peer.end();
    }
    return peer;
  }

  private static void push(Pusher pusher, String name, ImageBuilder image) throws IOException {
    int colon = name.lastIndexOf(':');
    String repository = name.substring(name.indexOf('/') + 1, colon);
    pusher.push(repository, image.build(), name.substring(colon + 1));
  }

  private static void pull(CriClient client, String image) {
    var _ =
        client
            .images()
            .pullImage(PullImageRequest.newBuilder().setImage(Pods.image(image)).build());
  }

  private void configure() throws IOException {
    Files.writeString(
        Files.createDirectories(home.resolve("cni")).resolve("10-bench.conflist"),
        """
        {"cniVersion": "0.4.0", "name": "bench", "plugins": [
          {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": true,
           "ipam": {"type": "host-local", "dataDir": "%s",
             "ranges": [[{"subnet": "10.238.0.0/16"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
          {"type": "portmap", "capabilities": {"portMappings": true}}]}
        """
            .formatted(BRIDGE, home.resolve("addresses")));
    Files.writeString(
        home.resolve("config.toml"),
        """
        version = 2
        root = "%1$s/root"
        state = "%2$s"
        [grpc]
          address = "%1$s/s"
        [plugins."io.containerd.internal.v1.opt"]
          path = "%1$s/opt"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "%3$s"
          restrict_oom_score_adj = true
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "%1$s/cni"
          [plugins."io.containerd.grpc.v1.cri".registry]
            config_path = "%1$s/hosts"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            snapshotter = "overlayfs"
            default_runtime_name = "runc"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
        """
            .formatted(home, state, PAUSE));
  }

  @Override
  public void start() throws IOException {
    process =
        new ProcessBuilder("containerd", "--config", home.resolve("config.toml").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    try (CriClient client = new CriClient(socket())) {
      var _ = client.runtime().version(VersionRequest.getDefaultInstance());
    }
  }

  @Override
  public Path socket() {
    return home.resolve("s");
  }

  @Override
  public long pid() {
    return process == null ? 0 : process.pid();
  }

  @Override
  public String shims() {
    return "containerd-shim";
  }

  private void end() throws IOException {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while containerd ends");
    }
  }

  @Override
  public void close() {
    try {
      end();
      new ProcessBuilder("ip", "link", "delete", BRIDGE).start().waitFor();
      removeCgroups();
    } catch (IOException e) {
      throw new UncheckedIOException("ending containerd", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Folders.delete(state);
    Folders.delete(home);
  }

  /** Its parent of pods without a cgroup parent; a folder that still has some stays. */
  private static void removeCgroups() throws IOException {
    try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(CGROUPS)) {
      for (Path each : hierarchies) {
        boolean _ = each.resolve("k8s.io").toFile().delete();
      }
    }
  }
}
