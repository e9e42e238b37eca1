package dev.berth.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.api.v1.Pull;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.PullImageResponse;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxResponse;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.fault.Fault;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTest {
  private final Clock clock = Clock.fixed(Instant.ofEpochSecond(100), ZoneOffset.UTC);
  private final Calls calls = new Calls(clock, container -> "pod-of-" + container);
  private final List<Call> ended = new ArrayList<>();

  @BeforeEach
  void listen() {
    calls.listen(ended::add);
    Steps.listen(calls);
  }

  @AfterEach
  void stop() {
    Steps.listen(_ -> {});
  }

  @Test
  void aCallHasItsPodAndItsSteps() throws Exception {
    runPod();
    Call call = ended.getFirst();
    assertThat(call.podId()).isEqualTo("p1");
    assertThat(call.beganAt()).isEqualTo(100_000_000_000L);
    assertThat(call.runs())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.operation()).isEqualTo("RunPodSandbox");
              assertThat(run.committed()).isTrue();
              assertThat(run.steps())
                  .extracting(Steps.Timing::step)
                  .containsExactly("intent", "shim");
            });
    assertThat(requireNonNull(Scope.current()).requestId()).isEqualTo(call.id());
  }

  @Test
  void theStepThatFailedIsThere() {
    var watched = calls.begin("CreateContainer", StartContainerRequest.getDefaultInstance(), null);
    Fault failure = new Fault.Internal("broken", null);
    try (Steps steps = Steps.begin("CreateContainer", Faults.NONE)) {
      steps.run(
          "init",
          () -> {
            throw failure;
          });
    } catch (Exception e) {
      watched.ended(null, e);
    }
    Call call = ended.getFirst();
    assertThat(call.failureText()).isEqualTo("broken");
    assertThat(call.runs().getFirst().committed()).isFalse();
    assertThat(call.runs().getFirst().steps().getFirst().failed()).isTrue();
    assertThat(SlowRequests.table(call)).contains("CreateContainer[init ").contains("failed");
  }

  @Test
  void aContainersCallsBelongToItsPod() {
    Timelines timelines = new Timelines();
    calls.listen(timelines);
    for (int i = 0; i < 40; i++) {
      calls
          .begin(
              "StartContainer",
              StartContainerRequest.newBuilder().setContainerId("c" + i).build(),
              null)
          .ended(null, null);
    }
    assertThat(timelines.pods("pod-of-c1")).contains("pod-of-c1", "pod-of-c11");
    assertThat(timelines.of("pod-of-c7")).hasSize(1);
    for (int i = 0; i < 40; i++) {
      calls
          .begin(
              "StartContainer",
              StartContainerRequest.newBuilder().setContainerId("same").build(),
              null)
          .ended(null, null);
    }
    assertThat(timelines.of("pod-of-same")).hasSize(32);
  }

  @Test
  void spansAreChildrenOfTheCallersSpan() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    var watched =
        calls.begin(
            "RunPodSandbox",
            RunPodSandboxRequest.getDefaultInstance(),
            "00-" + trace + "-b7ad6b7169203331-01");
    watched.ended(RunPodSandboxResponse.newBuilder().setPodSandboxId("p1").build(), null);
    String json = SpanJson.of(ended, "1234abcd", "0.1.0");
    assertThat(json)
        .contains("\"traceId\":\"" + trace + "\"")
        .contains("\"parentSpanId\":\"b7ad6b7169203331\"")
        .contains("\"startTimeUnixNano\":\"100000000000\"");
    assertThat(SpanJson.Parent.of("00-" + "0".repeat(32) + "-b7ad6b7169203331-01").span())
        .isEmpty();
    assertThat(SpanJson.Parent.of(null).trace()).hasSize(32);
    assertThat(SpanJson.Parent.of("nonsense").span()).isEmpty();
  }

  @Test
  void pullsAreListedWhileTheyRunAndAfterwards() {
    Pulls pulls = new Pulls(clock, _ -> 5L, calls);
    var request = PullImageRequest.newBuilder();
    request.getImageBuilder().setImage("docker.io/library/a:1");
    var watched = pulls.begin("PullImage", request.build(), null);
    assertThat(pulls.all()).singleElement().satisfies(p -> assertThat(p.getEndedAt()).isZero());
    pulls.came("docker.io/library/a:1", 3, 8);
    pulls.came("docker.io/library/b:1", 5, 9);
    assertThat(pulls.all().getFirst().getFetched()).isEqualTo(3);
    assertThat(pulls.all().getFirst().getSize()).isEqualTo(8);
    watched.ended(PullImageResponse.newBuilder().setImageRef("sha256:1").build(), null);
    pulls.begin("PullImage", request.build(), null).ended(null, new Fault.NotFound("gone"));
    assertThat(pulls.all()).extracting(Pull::getFailure).containsExactly("gone", "");
    assertThat(pulls.totals()).isEqualTo(new Pulls.Totals(1, 1, 5, 0));
    assertThat(ended).hasSize(2);
  }

  @Test
  void theEndpointReplacesADeadSocketAndNothingElse(@TempDir Path dir) throws Exception {
    Path path = dir.resolve("m.sock");
    Files.writeString(path, "kept");
    assertThatThrownBy(() -> MetricsEndpoint.listen("unix:" + path, () -> ""))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining(path.toString());
    assertThat(path).hasContent("kept");
    Files.delete(path);
    MetricsEndpoint.listen("unix:" + path, () -> "").close();
    MetricsEndpoint.listen("unix:" + path, () -> "").close();
  }

  @Test
  void thePageIsPrometheusText() throws Exception {
    Figures figures = new Figures(new Pulls(clock, _ -> 5L, calls));
    calls.listen(figures);
    runPod();
    calls
        .begin("Status", RunPodSandboxRequest.getDefaultInstance(), null)
        .ended(null, new Fault.NotFound("x"));
    String page = figures.page();
    for (String line : page.split("\n", -1)) {
      assertThat(line)
          .matches(
              "|# (HELP|TYPE) [a-z_]+ .+"
                  + "|[a-z_]+(\\{([a-z]+=\"([^\"\\\\]|\\\\.)*\",?)+})? -?[0-9.E+-]+");
    }
    assertThat(page)
        .contains("berth_rpc_total{method=\"RunPodSandbox\",code=\"OK\"} 1\n")
        .contains("berth_rpc_total{method=\"Status\",code=\"NotFound\"} 1\n")
        .contains("berth_rpc_duration_seconds_bucket{method=\"RunPodSandbox\",le=\"+Inf\"} 1\n")
        .contains("berth_step_duration_seconds_count{operation=\"RunPodSandbox\",step=\"shim\"} 1")
        .contains("jvm_memory_used_bytes{area=\"heap\"} ");
  }

  private void runPod() throws Exception {
    var watched = calls.begin("RunPodSandbox", RunPodSandboxRequest.getDefaultInstance(), null);
    try (Steps steps = Steps.begin("RunPodSandbox", Faults.NONE)) {
      steps.run("intent", () -> {});
      steps.run("shim", () -> {});
      steps.commit();
    }
    watched.ended(RunPodSandboxResponse.newBuilder().setPodSandboxId("p1").build(), null);
  }
}
