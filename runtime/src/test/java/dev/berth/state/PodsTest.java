package dev.berth.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerMetadata;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxMetadata;
import dev.berth.fault.Fault;
import dev.berth.journal.Journal;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.SandboxRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodsTest {
  @TempDir Path dir;
  private Journal journal;
  private Pods pods;

  @BeforeEach
  void open() throws IOException {
    journal = Journal.open(dir.resolve("journal"));
    pods = new Pods(journal);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  private static SandboxRecord pod(String id, String name) {
    return SandboxRecord.newBuilder()
        .setId(id)
        .setConfig(
            PodSandboxConfig.newBuilder()
                .setMetadata(
                    PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("default")
                        .setUid("u-" + name)))
        .build();
  }

  private static ContainerRecord container(String id, String podId) {
    return ContainerRecord.newBuilder()
        .setId(id)
        .setSandboxId(podId)
        .setConfig(
            ContainerConfig.newBuilder().setMetadata(ContainerMetadata.newBuilder().setName("c")))
        .build();
  }

  @Test
  void aNameIsTakenUntilItsPodIsForgotten() {
    Sandbox first = pods.intend(pod("aa11", "web"));
    assertThatThrownBy(() -> pods.intend(pod("bb22", "web")))
        .isInstanceOf(Fault.AlreadyExists.class)
        .hasMessageContaining("aa11");
    pods.forget(first);
    assertThat(pods.intend(pod("bb22", "web")).id()).isEqualTo("bb22");
  }

  @Test
  void idsAreFoundByUniquePrefix() {
    pods.intend(pod("aa11", "a"));
    pods.intend(pod("aa22", "b"));
    assertThat(pods.sandbox("pod_sandbox_id", "aa1").id()).isEqualTo("aa11");
    assertThat(pods.findSandbox("pod_sandbox_id", "cc")).isEmpty();
    assertThatThrownBy(() -> pods.sandbox("pod_sandbox_id", "aa"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("pod_sandbox_id")
        .hasMessageContaining("ambiguous");
    assertThatThrownBy(() -> pods.sandbox("pod_sandbox_id", "cc"))
        .isInstanceOf(Fault.NotFound.class)
        .hasMessageContaining("\"cc\"");
    assertThatThrownBy(() -> pods.sandbox("pod_sandbox_id", ""))
        .isInstanceOf(Fault.InvalidArgument.class);
  }

  @Test
  void aStoppedPodTakesNoContainer() {
    Sandbox sandbox = pods.intend(pod("aa11", "web"));
    sandbox.stopping();
    assertThatThrownBy(() -> pods.intend(sandbox, container("c1", "aa11")))
        .isInstanceOf(Fault.FailedPrecondition.class);
    assertThat(pods.containers()).isEmpty();
    assertThat(journal.records()).doesNotContainKey(Container.key("c1"));
  }

  @Test
  void statesAreWrittenBeforeTheyAreSeen() throws Exception {
    Sandbox sandbox = pods.intend(pod("aa11", "web"));
    Container container = pods.intend(sandbox, container("c1", "aa11"));
    container.waiting(7);
    assertThat(container.starting(5)).isTrue();
    assertThat(container.starting(6)).isFalse();
    container.ended(3, "Error", "", 9);
    container.running();
    container.ended(0, "Completed", "", 99);
    ContainerRecord written = ContainerRecord.parseFrom(journal.records().get(Container.key("c1")));
    assertThat(written.getExitCode()).isEqualTo(3);
    assertThat(written.getStartedAt()).isEqualTo(5);
    assertThat(written.getFinishedAt()).isEqualTo(9);
    assertThat(container.state()).isInstanceOf(ContainerState.Ended.class);
  }
}
