package dev.berth.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerMetadata;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxMetadata;
import dev.berth.fault.Fault;
import dev.berth.state.v1.ContainerPhase;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.SandboxPhase;
import dev.berth.state.v1.SandboxRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A journal of every version that there ever was is opened and means the same. The file of the
 * current version is made by {@code -Dberth.fixtures.write=true}, once, when the version is new;
 * the files of earlier ones are never written again.
 */
class JournalVersionsTest {
  private static final Path FIXTURES = Path.of("src/test/resources/journal");

  private static final SandboxRecord POD =
      SandboxRecord.newBuilder()
          .setId("5d3f")
          .setConfig(
              PodSandboxConfig.newBuilder()
                  .setMetadata(
                      PodSandboxMetadata.newBuilder()
                          .setName("web")
                          .setNamespace("default")
                          .setUid("6b1c")
                          .setAttempt(2))
                  .putLabels("app", "web")
                  .putAnnotations("note", "kept"))
          .setCreatedAt(1_790_000_000_000_000_001L)
          .setPhase(SandboxPhase.SANDBOX_UP)
          .setBootId("8d7e6b50-1f2e-4d0c-9a3b-0123456789ab")
          .addMadeCgroups("/sys/fs/cgroup/pods/5d3f")
          .build();

  private static final ContainerRecord CONTAINER =
      ContainerRecord.newBuilder()
          .setId("c0de")
          .setSandboxId("5d3f")
          .setConfig(
              ContainerConfig.newBuilder()
                  .setMetadata(ContainerMetadata.newBuilder().setName("main").setAttempt(7))
                  .putLabels("part", "main")
                  .putAnnotations("restarts", "7"))
          .setImageId("sha256:" + "ab".repeat(32))
          .setCreatedAt(1_790_000_000_000_000_002L)
          .setPhase(ContainerPhase.CONTAINER_ENDED)
          .setStartedAt(1_790_000_000_500_000_000L)
          .setFinishedAt(1_790_000_001_000_000_000L)
          .setExitCode(3)
          .setReason("Error")
          .setStopSignal(15)
          .build();

  static IntStream versions() {
    return IntStream.rangeClosed(1, RecordFormat.VERSION);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aJournalOfEveryVersionIsUpgraded(int version, @TempDir Path folder) throws IOException {
    Path fixture = FIXTURES.resolve("v" + version);
    if (version == RecordFormat.VERSION && Boolean.getBoolean("berth.fixtures.write")) {
      write(fixture);
    }
    Path file = Files.copy(fixture, folder.resolve("journal"));
    try (Journal journal = Journal.open(file)) {
      assertThat(journal.records()).containsOnlyKeys("sandbox/5d3f", "container/c0de");
    }
    JournalContent upgraded = JournalContent.read(file);
    assertThat(upgraded.version()).isEqualTo(RecordFormat.VERSION);
    assertThat(upgraded.torn()).isZero();
    assertThat(SandboxRecord.parseFrom(upgraded.records().get("sandbox/5d3f"))).isEqualTo(POD);
    assertThat(ContainerRecord.parseFrom(upgraded.records().get("container/c0de")))
        .isEqualTo(CONTAINER);
  }

  private static void write(Path file) throws IOException {
    try (Journal journal = Journal.open(file)) {
      journal.put("sandbox/5d3f", POD.toBuilder().clearPhase().build().toByteArray());
      journal.put("container/gone", CONTAINER.toByteArray());
      journal.put("sandbox/5d3f", POD.toByteArray());
      journal.put("container/c0de", CONTAINER.toByteArray());
      journal.forget("container/gone");
    }
    Files.write(file, new byte[] {0, 0, 0, 99, 1, 2, 3}, StandardOpenOption.APPEND);
  }

  @Test
  void aNewerJournalIsRefusedAndLeftAlone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("journal");
    Journal.open(file).close();
    byte[] newer = Files.readAllBytes(file);
    newer[RecordFormat.MAGIC_LENGTH - 1] = (byte) (RecordFormat.VERSION + 1);
    Files.write(file, newer);
    assertThatThrownBy(() -> Journal.open(file))
        .isInstanceOf(Fault.DataLoss.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> JournalContent.read(file)).hasMessageContaining("newer Berth");
    assertThat(file).hasBinaryContent(newer);
  }
}
