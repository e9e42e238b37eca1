package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.e2e.cri.Pods;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every step of every operation of a pod's life is broken: it fails before or after it acted, or
 * the daemon is killed there. Then the same life must succeed, and after it the machine is as
 * before.
 *
 * <p>The steps are those that the daemon lists itself while it lives through one pod, so a new one
 * is in the matrix by being there.
 */
class FaultMatrixIT {
  @RegisterExtension
  static final Testbed BED =
      new Testbed(s -> s.env("BERTH_TEST_FAULTS", s.home().resolve("faults").toString()));

  private static final RemoveImageRequest REMOVE =
      RemoveImageRequest.newBuilder().setImage(Pods.image(TestImages.BUSYBOX)).build();

  private static Path faults() {
    return BED.daemon().settings().home().resolve("faults");
  }

  /** Operation/step of one whole life, in order, each once. */
  static List<String> steps() throws IOException {
    Path seen = faults().resolveSibling("faults.seen");
    Files.deleteIfExists(seen);
    life(BED.node().podConfig("listing").build(), false);
    try (Stream<String> lines = Files.lines(seen)) {
      return lines
          .map(line -> line.split(" ", 3))
          .map(words -> words[0] + "/" + words[2])
          .distinct()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aStepFailsBeforeItActed(String step) throws IOException {
    breaks(step + " before fail");
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aStepFailsAfterItActed(String step) throws IOException {
    breaks(step + " after fail");
  }

  @ParameterizedTest
  @MethodSource("steps")
  void theDaemonIsKilledAtAStep(String step) throws IOException {
    breaks(step + " after kill");
  }

  @Test
  void aStepThatHangsHoldsUpNobodyElse() throws Exception {
    Files.writeString(faults(), "RunPodSandbox/network before hang\n");
    PodSandboxConfig config = BED.node().podConfig("hanging").build();
    var first = CompletableFuture.supplyAsync(() -> BED.node().pod(config));
    awaitHang();
    var twin = CompletableFuture.supplyAsync(() -> BED.node().pod(config));
    assertThat(BED.node().runtime().version(VersionRequest.getDefaultInstance())).isNotNull();
    assertThat(first).isNotDone();
    Files.delete(faults());
    assertThat(first.get()).isEqualTo(twin.get());
  }

  private static void awaitHang() throws IOException {
    Path seen = faults().resolveSibling("faults.seen");
    Awaitility.await()
        .until(() -> Files.exists(seen) && Files.readString(seen).contains("network"));
  }

  private static void breaks(String fault) throws IOException {
    Files.writeString(faults(), fault + "\n");
    try {
      assertThat(life(BED.node().podConfig("broken").build(), fault.endsWith("kill")))
          .as("requests that %s broke", fault)
          .isEqualTo(1);
    } finally {
      Files.deleteIfExists(faults());
    }
  }

  /**
   * A whole life, from the pull to the removal of the image. A request that fails is sent again
   * without the fault, to a new daemon where the old one died.
   *
   * @param kills whether a failure means that the daemon is dying
   * @return how many requests failed
   */
  private static int life(PodSandboxConfig config, boolean kills) {
    Life life = new Life(kills);
    life.request(n -> n.pull(TestImages.BUSYBOX));
    String pod = life.request(n -> n.pod(config));
    String container = life.started(pod);
    assertThat(life.request(n -> n.exec(container, "echo", "alive")).getStdout().toStringUtf8())
        .isEqualTo("alive\n");
    life.request(n -> n.stop(container, 0));
    life.request(n -> n.remove(container));
    life.request(n -> n.stopPod(pod));
    life.request(n -> n.removePod(pod));
    life.request(n -> n.images().removeImage(REMOVE));
    return life.failures;
  }

  /** Sends the requests of one life. */
  private static final class Life {
    private final boolean kills;
    private int failures;

    Life(boolean kills) {
      this.kills = kills;
    }

    <T> T request(Function<Node, T> call) {
      try {
        return call.apply(BED.node());
      } catch (StatusRuntimeException e) {
        failed();
        return call.apply(BED.node());
      }
    }

    private void failed() {
      failures++;
      try {
        Files.deleteIfExists(faults());
        if (kills) {
          // the connection breaks a moment before the process is gone
          Awaitility.await().until(() -> !BED.daemon().alive());
        }
        BED.restarted();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A container whose start failed has ended for good: a client makes the next attempt. */
    String started(String pod) {
      String first = request(n -> n.create(pod, sleeper(0)));
      try {
        BED.node().start(first);
      } catch (StatusRuntimeException e) {
        failed();
      }
      if (BED.node().status(first).getState() == ContainerState.CONTAINER_RUNNING) {
        return first;
      }
      BED.node().remove(first);
      String second = BED.node().create(pod, sleeper(1));
      BED.node().start(second);
      return second;
    }

    private static ContainerConfig.Builder sleeper(int attempt) {
      ContainerConfig.Builder config = Node.shell("c", "exec sleep 1000");
      config.getMetadataBuilder().setAttempt(attempt);
      return config;
    }
  }
}
