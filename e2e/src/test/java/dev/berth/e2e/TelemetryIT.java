package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.daemon.Repository;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the daemon tells about its own work: spans, figures, the timeline, the commands. */
class TelemetryIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final OtlpCollector COLLECTOR = new OtlpCollector();

  @RegisterExtension
  static final Testbed BED =
      new Testbed(
          settings ->
              settings
                  .set("tracing.otlp_endpoint", COLLECTOR.endpoint())
                  .set("metrics.address", "unix:" + settings.home().resolve("metrics.sock")));

  @AfterAll
  static void end() {
    COLLECTOR.close();
  }

  @Test
  void onePodStartIsATreeOfSpansBelowTheCallers() {
    Node node = BED.node();
    PodSandboxConfig config = node.podConfig("traced").build();
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + TRACE + "-" + CALLER + "-01");
    try (CriClient client =
        new CriClient(
            BED.daemon().settings().socket(), MetadataUtils.newAttachHeadersInterceptor(headers))) {
      var _ =
          client
              .runtime()
              .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(config).build());
    }
    await().atMost(Duration.ofSeconds(15)).until(() -> COLLECTOR.of(TRACE).size() >= 10);
    List<JsonNode> spans = COLLECTOR.of(TRACE);
    JsonNode request = below(CALLER, spans).getFirst();
    assertThat(request.path("name").asText()).isEqualTo("RunPodSandbox");
    assertThat(request.path("kind").asInt()).isEqualTo(2);
    List<JsonNode> operations = below(request.path("spanId").asText(), spans);
    // the last to end: the network's own operation ran inside of it
    assertThat(operations.getLast().path("name").asText()).isEqualTo("RunPodSandbox");
    List<JsonNode> steps = below(operations.getLast().path("spanId").asText(), spans);
    assertThat(steps)
        .extracting(step -> step.path("name").asText())
        .containsSubsequence("intent", "shim", "namespaces", "network", "publish");
    long end = request.path("endTimeUnixNano").asLong();
    long last = request.path("startTimeUnixNano").asLong();
    for (JsonNode step : steps) {
      assertThat(step.path("startTimeUnixNano").asLong()).isGreaterThanOrEqualTo(last);
      last = step.path("endTimeUnixNano").asLong();
    }
    assertThat(last).isLessThanOrEqualTo(end);
  }

  private static List<JsonNode> below(String parent, List<JsonNode> spans) {
    return spans.stream()
        .filter(span -> span.path("parentSpanId").asText().equals(parent))
        .toList();
  }

  @Test
  void theEndpointCountsWhatThereIs() throws IOException {
    Node node = BED.node();
    String pod = node.pod("counted");
    node.sleeper(pod, "one");
    String talker = node.run(pod, Node.shell("talker", "echo 12345"));
    node.awaitExit(talker);
    String page = metrics();
    assertThat(page)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("berth_pods{state=\"SANDBOX_READY\"} 1\n")
        .contains("berth_containers{state=\"CONTAINER_RUNNING\"} 1\n")
        .contains("berth_shims 1\n")
        .contains("container=\"talker\",id=\"" + talker + "\"} 46\n")
        .contains("berth_log_dropped_lines_total{namespace=\"e2e\",pod=\"counted\"")
        .contains("berth_step_duration_seconds_count{operation=\"RunPodSandbox\",step=\"network\"}")
        .contains("berth_pulls_total{outcome=\"succeeded\"} 1\n");
  }

  /** Prometheus' own parser, with all kinds of rows on the page. */
  @Test
  void prometheusReadsThePage() throws Exception {
    Path parser = Repository.root().resolve("e2e/target/tools/promtext");
    assumeTrue(Files.isExecutable(parser), "needs promtext: e2e/tools/build makes it where Go is");
    Node node = BED.node();
    node.sleeper(node.pod("scraped"), "one");
    refused(Code.NOT_FOUND, () -> node.start("none"));
    String page = metrics().split("\r\n\r\n", 2)[1];
    Process process = new ProcessBuilder(parser.toString()).redirectErrorStream(true).start();
    try (var in = process.outputWriter()) {
      in.write(page);
    }
    List<String> families = process.inputReader().readAllLines();
    assertThat(process.waitFor()).as(() -> String.join("\n", families)).isZero();
    assertThat(families)
        .hasSize((int) page.lines().filter(line -> line.startsWith("# TYPE ")).count())
        .contains("berth_shims GAUGE 1", "berth_leaks GAUGE 3")
        .anyMatch(family -> family.startsWith("berth_rpc_duration_seconds HISTOGRAM "))
        .anyMatch(family -> family.startsWith("berth_rpc_total COUNTER "));
  }

  @Test
  void theSelfCheckCountsWhatNobodyKnows() throws IOException {
    String stranger = "f".repeat(64);
    Path layer = BED.daemon().settings().root().resolve("containers").resolve(stranger);
    BED.node().sleeper(BED.node().pod("known"), "one");
    assertThat(metrics())
        .contains(leaks("writable layer", 0), leaks("pod directory", 0), leaks("cgroup", 0));
    Files.createDirectory(layer);
    try {
      assertThat(metrics()).contains(leaks("writable layer", 1), leaks("cgroup", 0));
    } finally {
      Files.delete(layer);
    }
    assertThat(metrics()).contains(leaks("writable layer", 0));
  }

  private static String leaks(String kind, int count) {
    return "berth_leaks{kind=\"" + kind + "\"} " + count + "\n";
  }

  @Test
  void aVerboseStatusIsReadableJson() throws IOException {
    var info =
        BED.node()
            .runtime()
            .status(StatusRequest.newBuilder().setVerbose(true).build())
            .getInfoMap();
    ObjectMapper json = new ObjectMapper();
    for (String text : info.values()) {
      assertThat(json.readTree(text).isMissingNode()).isFalse();
    }
    assertThat(json.readTree(info.get("config")).path("socket").asText())
        .isEqualTo(BED.daemon().settings().socket().toString());
    assertThat(info).containsKeys("versions", "cgroups", "store", "lastFailures", "objects");
  }

  private static String metrics() throws IOException {
    Path socket = BED.daemon().settings().home().resolve("metrics.sock");
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(
          ByteBuffer.wrap(
              "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theCommandsShowPodsUseAndTimelines() throws IOException, InterruptedException {
    Node node = BED.node();
    String pod = node.pod("commanded");
    String container = node.sleeper(pod, "worker");
    assertThat(berth("ps")).contains("commanded", "worker", "running", container.substring(0, 13));
    JsonNode pods = new ObjectMapper().readTree(berth("ps", "-o", "json")).path("items");
    assertThat(pods.path(0).path("id").asText()).isEqualTo(pod);
    assertThat(berth("top", "--once")).contains("commanded", "worker", "KiB");
    assertThat(berth("trace", pod.substring(0, 12)))
        .contains("RunPodSandbox", "network", "CreateContainer", "StartContainer", "exec");
    assertThat(berth("pulls")).contains(TestImages.BUSYBOX, "succeeded");
    berth("log-level", "debug");
    assertThat(BED.daemon().log()).contains("the log's level is debug now");
    berth("log-level", "info");
  }

  private static String berth(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Repository.launcher().toString()));
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--socket", BED.daemon().settings().socket().toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
