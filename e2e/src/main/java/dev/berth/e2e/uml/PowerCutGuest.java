package dev.berth.e2e.uml;

import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.DaemonSettings;
import dev.berth.e2e.registry.Digests;
import dev.berth.e2e.registry.RegistryFixture;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs in the guest: starts the daemon on what the last power cut left, checks it, says so, and
 * then pulls, removes and runs pods until the next cut.
 */
final class PowerCutGuest {
  static final String WORKING = "WORKING";
  static final String CHECK_ONLY = "check";

  private static final int PODS = 3;

  private final GuestNode node;
  private final Acts acts;
  private final Path root;
  private final Random random;

  private PowerCutGuest(GuestNode node, Acts acts, Path root, long seed) {
    this.node = node;
    this.acts = acts;
    this.root = root;
    this.random = new Random(seed);
  }

  /** Arguments: the daemon's home on the disk, the job's folder, a seed or {@code check}. */
  public static void main(String... args) throws Exception {
    Path home = Path.of(args[0]);
    Path job = Path.of(args[1]);
    boolean checkOnly = args[2].equals(CHECK_ONLY);
    Path hosts = home.resolve("hosts");
    DaemonProcess daemon =
        new DaemonProcess(DaemonSettings.in(home).set("registry.config_path", hosts.toString()));
    try (RegistryFixture registry = RegistryFixture.open(job.resolve("registry"))) {
      registry.writeHosts(hosts, "_default");
      daemon.start();
      try (GuestNode node =
          new GuestNode(new CriClient(daemon.settings().socket()), Path.of("/run/logs"))) {
        PowerCutGuest guest =
            new PowerCutGuest(
                node,
                new Acts(job.resolve("acts")),
                daemon.settings().root(),
                checkOnly ? 0 : Long.parseLong(args[2]));
        guest.check();
        System.out.println(WORKING);
        if (!checkOnly) {
          guest.work();
        }
      }
    } catch (IOException | RuntimeException e) {
      System.out.println("BROKEN: " + e);
      System.out.println(daemon.log());
      System.exit(1);
    }
    System.exit(0);
  }

  private void check() throws IOException, InterruptedException {
    Set<Integer> there = node.images();
    Set<Integer> promised = acts.promised();
    demand(there.containsAll(promised), "pulled " + promised + ", but there are " + there);
    System.out.println("images " + there + ", promised " + promised);
    blobsAreWhatTheirNamesSay();
    oldPodsAreOverAndGo();
    for (int image : there) {
      imageIsWhole(image);
    }
    // What was lost can be fetched again.
    for (int image = 0; image < WholeImages.COUNT; image++) {
      if (!there.contains(image)) {
        node.pull(image);
        acts.pulled(image);
        imageIsWhole(image);
        return;
      }
    }
  }

  private void imageIsWhole(int image) throws IOException, InterruptedException {
    GuestNode.Started started = node.start(image, WholeImages.check());
    int code = node.exitCode(started.container());
    demand(code == 0, "image " + image + " looks whole and is not: the check ended with " + code);
    node.removePod(started.pod());
  }

  private void blobsAreWhatTheirNamesSay() throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("images/blobs"))) {
      for (Path blob : files.filter(Files::isRegularFile).toList()) {
        String digest = Digests.sha256(Files.readAllBytes(blob));
        demand(digest.endsWith(":" + blob.getFileName()), blob + " has the digest " + digest);
      }
    }
  }

  private void oldPodsAreOverAndGo() throws IOException {
    List<PodSandbox> pods = node.pods();
    demand(
        pods.stream().allMatch(pod -> pod.getState() == PodSandboxState.SANDBOX_NOTREADY),
        "a pod of the last boot is ready: " + pods);
    demand(
        node.containers().stream()
            .allMatch(each -> each.getState() == ContainerState.CONTAINER_EXITED),
        "a container of the last boot has not exited: " + node.containers());
    pods.forEach(pod -> node.removePod(pod.getId()));
    Path containers = root.resolve("containers");
    if (Files.exists(containers)) {
      try (Stream<Path> left = Files.list(containers)) {
        List<Path> orphans = left.toList();
        demand(orphans.isEmpty(), "writable layers of nobody: " + orphans);
      }
    }
  }

  private static void demand(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(otherwise);
    }
  }

  /** Endless; ends with the power. */
  private void work() throws IOException {
    Deque<String> pods = new ArrayDeque<>();
    while (true) {
      int image = random.nextInt(WholeImages.COUNT);
      Set<Integer> there = node.images();
      if (!there.contains(image)) {
        node.pull(image);
        acts.pulled(image);
      } else if (random.nextInt(3) == 0) {
        acts.removing(image);
        node.remove(image);
      } else {
        run(image, pods);
      }
    }
  }

  private void run(int image, Deque<String> pods) {
    try {
      pods.add(node.start(image, "echo begun >/begun; exec sleep 1000").pod());
    } catch (StatusRuntimeException e) {
      throw new IllegalStateException("a pod of image " + image + " does not start: " + e, e);
    }
    if (pods.size() > PODS) {
      node.removePod(pods.remove());
    }
  }
}
