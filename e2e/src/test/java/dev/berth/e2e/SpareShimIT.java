package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.LinuxPodSandboxConfig;
import dev.berth.cri.v1.LinuxSandboxSecurityContext;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The shim that waits for a pod: given to the next one, never to two, and gone with its daemon. */
class SpareShimIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void thePodThatComesNextGetsIt() throws IOException {
    Node node = BED.node();
    String spare = awaitSpare();
    String pod = node.pod("first");
    assertThat(pod).isEqualTo(spare);
    assertThat(node.output(pod, Node.shell("name", "hostname; cat /etc/hostname")))
        .isEqualTo("first\nfirst\n");
    assertThat(awaitSpare()).isNotEqualTo(spare);
  }

  @Test
  void podsAtTheSameTimeDoNotShareIt() throws Exception {
    Node node = BED.node();
    String spare = awaitSpare();
    List<String> pods = Stream.of("one", "two", "three", "four").parallel().map(node::pod).toList();
    assertThat(pods).doesNotHaveDuplicates().containsOnlyOnce(spare);
  }

  @Test
  void aPodWithOtherNamespacesLeavesIt() throws IOException {
    Node node = BED.node();
    String spare = awaitSpare();
    NamespaceOption shared = NamespaceOption.newBuilder().setPid(NamespaceMode.POD).build();
    String pod =
        node.pod(
            node.podConfig("shared-pid")
                .setLinux(
                    LinuxPodSandboxConfig.newBuilder()
                        .setSecurityContext(
                            LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(shared)))
                .build());
    assertThat(pod).isNotEqualTo(spare);
    assertThat(spare()).contains(spare);
  }

  @Test
  void onePodAfterItWasKilledFindsAnother() throws IOException {
    Node node = BED.node();
    String spare = awaitSpare();
    kill(process(spare).orElseThrow());
    await("the spare's end is noticed", () -> !spare().equals(Optional.of(spare)));
    assertThat(node.sh(node.sleeper(node.pod("after"), "main"), "echo up")).isEqualTo("up\n");
  }

  @Test
  void theSpareOfAKilledDaemonIsEndedByTheNext() throws IOException {
    String spare = awaitSpare();
    long process = process(spare).orElseThrow();
    BED.daemon().killAndRestart();
    await("the old spare's end", () -> !Files.exists(Path.of("/proc", Long.toString(process))));
    assertThat(awaitSpare()).isNotEqualTo(spare);
    assertThat(spares()).hasSize(1);
  }

  @Test
  void aDaemonThatIsToldToEndTakesItAlong() throws IOException {
    long process = process(awaitSpare()).orElseThrow();
    int _ = BED.daemon().terminate();
    await("the spare's end", () -> !Files.exists(Path.of("/proc", Long.toString(process))));
    assertThat(spares()).isEmpty();
    BED.daemon().start();
  }

  private static String awaitSpare() {
    await("a spare", () -> spare().flatMap(SpareShimIT::process).isPresent());
    return spare().orElseThrow();
  }

  /** The pod id of the spare, when its namespaces are made: until then its socket is not there. */
  private static Optional<String> spare() {
    return spares().stream()
        .filter(s -> Files.exists(s.resolve("shim.sock")))
        .map(s -> s.getFileName().toString())
        .findAny();
  }

  private static List<Path> spares() {
    try (Stream<Path> all = Files.list(BED.daemon().settings().state().resolve("spares"))) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shim of a pod, by its arguments. */
  private static Optional<Long> process(String pod) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> arguments(pid).startsWith("berth-shim\0--pod\0" + pod + "\0"))
        .findAny();
  }

  private static String arguments(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
