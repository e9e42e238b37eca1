package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody kills what the shim starts while it makes a container. Needs root. */
final class ShimKilledInitKernelTest {
  /** One that is killed when it is ready already was made. */
  private static final int TRIES = 50;

  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod());
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  @Test
  void theCreateIsNotTheMachinesFaultAndTheNameIsFree() throws Exception {
    ShimFailure failure = createUnderKills();
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
    assertThat(failure).hasMessageContaining("its init was killed");
    assertThat(bench.shim.inventory().containers()).isEmpty();
    bench.exits.clear();
    assertThat(bench.run(bench.plan("c1", "exit 3")).status()).isEqualTo(3);
  }

  private ShimFailure createUnderKills() throws Exception {
    Set<Long> kept = children();
    AtomicBoolean over = new AtomicBoolean();
    Thread killer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    children().stream().filter(pid -> !kept.contains(pid)).forEach(this::kill);
                  }
                });
    try {
      for (int i = 0; i < TRIES; i++) {
        try {
          bench.shim.create(bench.plan("c1", "true"));
          bench.shim.remove("c1");
        } catch (ShimFailure e) {
          return e;
        }
      }
      throw new AssertionError("none of " + TRIES + " containers was killed while it was made");
    } finally {
      over.set(true);
      killer.join();
    }
  }

  private void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private Set<Long> children() {
    String pid = Integer.toString(bench.shim.pid());
    Set<Long> found = new HashSet<>();
    try (Scanner words =
        new Scanner(Files.readString(Path.of("/proc", pid, "task", pid, "children")))) {
      while (words.hasNextLong()) {
        found.add(words.nextLong());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
