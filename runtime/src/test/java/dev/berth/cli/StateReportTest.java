package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.berth.cri.v1.KeyValue;
import dev.berth.journal.Journal;
import dev.berth.journal.JournalContent;
import dev.berth.state.v1.ContainerPhase;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.SandboxPhase;
import dev.berth.state.v1.SandboxRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateReportTest {
  @TempDir Path dir;
  private Path file;

  @BeforeEach
  void journal() throws IOException {
    file = dir.resolve("journal");
    SandboxRecord.Builder pod =
        SandboxRecord.newBuilder().setId("p1").setPhase(SandboxPhase.SANDBOX_STOPPING);
    pod.getConfigBuilder().getMetadataBuilder().setName("web").setNamespace("default");
    pod.getConfigBuilder().putLabels("app", "web");
    ContainerRecord.Builder container =
        ContainerRecord.newBuilder()
            .setId("c1")
            .setSandboxId("p1")
            .setPhase(ContainerPhase.CONTAINER_ENDED)
            .setFinishedAt(1_790_000_000_000_000_000L)
            .setExitCode(137)
            .setReason("Unknown")
            .setMessage("its shim is gone");
    container
        .getConfigBuilder()
        .addEnvs(KeyValue.newBuilder().setKey("A").setValue(ByteString.copyFromUtf8("secret")));
    container.getProcessBuilder().addEnv("B=secret");
    try (Journal journal = Journal.open(file)) {
      journal.put("sandbox/p1", pod.build().toByteArray());
      journal.put("container/c1", container.build().toByteArray());
    }
    Files.write(file, new byte[] {0, 0}, StandardOpenOption.APPEND);
  }

  private StateReport report() throws IOException {
    return new StateReport(file, JournalContent.read(file));
  }

  @Test
  void textSaysWhatEachPodAndContainerIs() throws IOException {
    assertThat(report().text())
        .contains("the last 2 of them an unfinished record")
        .contains("\npod p1 stopping default/web")
        .contains("\n  container c1 ended")
        .contains("ended 2026-09-21T14:13:20Z with 137 (Unknown: its shim is gone)");
  }

  @Test
  void jsonHasEveryFieldButSecrets() throws IOException {
    String json = report().json();
    JsonNode root = new ObjectMapper().readTree(json);
    assertThat(root.at("/pods/0/config/labels/app").asText()).isEqualTo("web");
    assertThat(root.at("/pods/0/phase").asText()).isEqualTo("SANDBOX_STOPPING");
    assertThat(root.at("/containers/0/exit_code").asInt()).isEqualTo(137);
    assertThat(root.at("/containers/0/config/envs/0/key").asText()).isEqualTo("A");
    assertThat(json).doesNotContain("secret");
  }

  @Test
  void readingChangesNothing() throws IOException {
    byte[] before = Files.readAllBytes(file);
    report();
    assertThat(file).hasBinaryContent(before);
    assertThat(Commands.run(List.of("state", "dump", "--root", dir.toString()))).isZero();
    assertThat(Commands.run(List.of("state", "dump", "-o", "json", "--root", dir.toString())))
        .isZero();
    assertThat(Commands.run(List.of("state", "dump", "--root", dir + "/none"))).isEqualTo(1);
    assertThat(Commands.run(List.of("state"))).isEqualTo(2);
  }
}
