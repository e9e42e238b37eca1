package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.cri.v1.RuntimeCondition;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.Remains;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.Layer;
import dev.berth.e2e.registry.LayerBuilder;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A machine that runs out of something while pods run: requests that need it are refused with what
 * is missing, the node's Status says so, what runs goes on and can be stopped and removed, and when
 * there is room again the same daemon works again. Its root is a small tmpfs of its own.
 */
class ExhaustionIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static DaemonProcess daemon;
  private static Node node;

  @BeforeAll
  static void start() throws IOException {
    daemon = BED.another("small");
    Path root = Files.createDirectories(daemon.settings().root());
    Debugged.run(
        "mount", "-t", "tmpfs", "-o", "size=48m,nr_inodes=6000", "berth-e2e", root.toString());
    daemon.start();
    node = new Node(new CriClient(daemon.settings().socket()), BED.home().resolve("small-logs"));
    node.warm();
  }

  /** What a test that failed had not come to. */
  @AfterEach
  void removePods() {
    node.removeAllPods();
  }

  @AfterAll
  static void end() throws IOException {
    node.close();
    daemon.close();
    Remains.of(daemon.instance()).remove();
    Debugged.run("umount", daemon.settings().root().toString());
  }

  /** Takes something away, and gives it back when it is closed. */
  private interface Shortage extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private interface Taking {
    Shortage take() throws IOException;
  }

  /**
   * What every shortage must leave standing.
   *
   * @param refused the request that cannot be served, on a pod that runs
   */
  private static void lack(Taking taking, Code code, String word, Refused refused)
      throws IOException {
    String pod = node.pod("before");
    String container = node.sleeper(pod, "main");
    try (Shortage shortage = taking.take()) {
      assertThat(shortage).isNotNull();
      refused(code, () -> refused.request(pod), word);
      assertThat(runtime().getStatus()).as("RuntimeReady").isFalse();
      assertThat(runtime().getMessage()).containsIgnoringCase(word);
      assertThat(node.status(container).getExitCode()).isZero();
    }
    await().until(() -> runtime().getStatus());
    assertThat(node.sh(container, "echo alive")).isEqualTo("alive\n");
    node.removeAllPods();
    node.pull(TestImages.BUSYBOX);
    assertThat(node.sh(node.sleeper(node.pod("after"), "main"), "echo well")).isEqualTo("well\n");
    node.removeAllPods();
    node.assertKnowsNothing();
  }

  private interface Refused {
    void request(String pod);
  }

  private static RuntimeCondition runtime() {
    return node.condition("RuntimeReady");
  }

  private static void create(String pod) {
    node.create(pod, Node.shell("late", "true"));
  }

  @Test
  void aFullDisk() throws IOException {
    byte[] content = new byte[4 << 20];
    new Random(1).nextBytes(content);
    Layer layer = new LayerBuilder().file("content", 0644, content).build();
    String other = TestImages.push("large", new ImageBuilder().layer(layer).build());
    lack(
        ExhaustionIT::fill,
        Code.RESOURCE_EXHAUSTED,
        "space left on device",
        pod -> node.pull(other));
    node.images().removeImage(RemoveImageRequest.newBuilder().setImage(Pods.image(other)).build());
  }

  private static Shortage fill() throws IOException {
    Path filler = daemon.settings().root().resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] page = new byte[4096];
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      return () -> Files.delete(filler);
    }
  }

  @Test
  void noInodes() throws IOException {
    lack(
        ExhaustionIT::takeInodes,
        Code.RESOURCE_EXHAUSTED,
        "space left on device",
        ExhaustionIT::create);
  }

  private static Shortage takeInodes() throws IOException {
    Path folder = Files.createDirectory(daemon.settings().root().resolve("many"));
    try {
      for (int i = 0; ; i++) {
        Files.createFile(folder.resolve("f" + i));
      }
    } catch (IOException full) {
      return () -> Debugged.run("rm", "-r", folder.toString());
    }
  }

  @Test
  void noDescriptors() throws IOException {
    lack(
        ExhaustionIT::takeDescriptors,
        Code.RESOURCE_EXHAUSTED,
        "too many open files",
        ExhaustionIT::create);
  }

  private static Shortage takeDescriptors() throws IOException {
    String pid = Long.toString(daemon.pid());
    // No number below the limit is free.
    int limit = 0;
    while (Files.exists(Path.of("/proc", pid, "fd", Integer.toString(limit)), NOFOLLOW_LINKS)) {
      limit++;
    }
    String none = Integer.toString(limit);
    Path limits = Path.of("/proc", pid, "limits");
    String before =
        Files.readAllLines(limits).stream()
            .filter(line -> line.startsWith("Max open files"))
            .map(line -> line.split(" +", -1)[3])
            .findFirst()
            .orElseThrow();
    Debugged.run("prlimit", "--pid", pid, "--nofile=" + none + ":");
    return () -> Debugged.run("prlimit", "--pid", pid, "--nofile=" + before + ":");
  }

  /** The first may have the shim that waits for it; the second needs a process. */
  private static void twoPods() {
    node.pod("late");
    node.pod("later");
  }

  @Test
  void noProcesses() throws IOException {
    Path pids = Path.of("/sys/fs/cgroup/pids");
    assumeTrue(Files.exists(pids.resolve("cgroup.procs")), "needs the pids hierarchy of cgroup v1");
    String pod = node.pod("before");
    String container = node.sleeper(pod, "main");
    Path group = Files.createDirectory(pids.resolve("berth-exhaustion-" + daemon.pid()));
    try {
      Files.writeString(group.resolve("cgroup.procs"), Long.toString(daemon.pid()));
      Files.writeString(
          group.resolve("pids.max"), Files.readString(group.resolve("pids.current")).strip());
      refused(Code.RESOURCE_EXHAUSTED, ExhaustionIT::twoPods, "EAGAIN");
      assertThat(node.status(container).getExitCode()).isZero();
      Files.writeString(group.resolve("pids.max"), "max");
      assertThat(node.sh(container, "echo alive")).isEqualTo("alive\n");
      node.pod("after");
      node.removeAllPods();
    } finally {
      Files.writeString(pids.resolve("cgroup.procs"), Long.toString(daemon.pid()));
      Files.delete(group);
    }
    node.assertKnowsNothing();
  }
}
