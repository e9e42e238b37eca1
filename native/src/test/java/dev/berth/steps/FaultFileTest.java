package dev.berth.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultFileTest {
  @TempDir Path dir;
  private final AtomicInteger kills = new AtomicInteger();
  private Path file;
  private FaultFile faults;

  @BeforeEach
  void make() {
    file = dir.resolve("faults");
    faults = new FaultFile(file, kills::incrementAndGet);
  }

  private void run() throws Exception {
    try (var steps = Steps.begin("op", faults)) {
      steps.run("a", () -> {});
      steps.run("b", () -> {});
      steps.commit();
    }
  }

  @Test
  void withoutAFileNothingBreaksAndTheStepsAreListed() throws Exception {
    run();
    assertThat(Files.readAllLines(dir.resolve("faults.seen"))).containsExactly("op 1 a", "op 2 b");
  }

  @Test
  void aStepFailsByNameOrNumber() throws Exception {
    Files.writeString(file, "op/b before fail\n");
    assertThatThrownBy(this::run).isInstanceOf(IOException.class).hasMessageContaining("op/b");
    Files.writeString(file, "op/#1 after fail\n");
    assertThatThrownBy(this::run).isInstanceOf(IOException.class).hasMessageContaining("op/a");
  }

  @Test
  void aHangEndsWhenItsLineGoes() throws Exception {
    Files.writeString(file, "op/a before hang\n");
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () -> {
              try {
                run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    Awaitility.await().until(() -> Files.exists(dir.resolve("faults.seen")));
    assertThat(running).isNotDone();
    Files.delete(file);
    running.get(10, TimeUnit.SECONDS);
  }

  @Test
  void killIsAskedOfTheProcess() throws Exception {
    Files.writeString(file, "op/b after kill\n");
    run();
    assertThat(kills).hasValue(1);
  }
}
