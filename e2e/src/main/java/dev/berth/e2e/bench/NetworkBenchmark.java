package dev.berth.e2e.bench;

import com.google.common.util.concurrent.ListenableFuture;
import dev.berth.api.v1.TraceRequest;
import dev.berth.api.v1.TracedCall;
import dev.berth.api.v1.TracedStep;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxStatusRequest;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxResponse;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.cri.v1.StopPodSandboxResponse;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the built-in network takes of a pod's start and end: the steps named {@code network} as the
 * daemon traced them, one after the other, many at once, and while others go; and how long links
 * stay after the last pod was detached.
 */
public final class NetworkBenchmark {
  private static final String IMAGE = "registry.k8s.io/e2e/busybox:1";
  private static final int ROUNDS = 100;
  private static final int LEAVING = 20;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final Pattern LINK = Pattern.compile("\"link\":\"([^\"]+)\"");

  private final CriClient client;
  private final Path logs;
  private int number;

  private NetworkBenchmark(CriClient client, Path logs) {
    this.client = client;
    this.logs = logs;
  }

  /** {@code --pods N}: at once, 50 by default. */
  @SuppressWarnings("SystemOut") // its purpose
  public static void main(String[] arguments) throws Exception {
    int at = Arrays.asList(arguments).indexOf("--pods");
    int pods = at < 0 ? 50 : Integer.parseInt(arguments[at + 1]);
    Path logs = Files.createTempDirectory("berth-bench-logs");
    try (OwnDaemon daemon = OwnDaemon.prepared(IMAGE)) {
      daemon.start();
      try (CriClient client = new CriClient(daemon.socket())) {
        NetworkBenchmark bench = new NetworkBenchmark(client, logs);
        bench.oneByOne();
        bench.atOnce(pods);
        bench.whileOthersGo();
      }
    } finally {
      Folders.delete(logs);
    }
    System.exit(0);
  }

  private void oneByOne() {
    List<Long> attach = new ArrayList<>();
    List<Long> detach = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      String pod = client.runtime().runPodSandbox(next()).getPodSandboxId();
      attach.add(network(pod, "RunPodSandbox"));
      var _ = client.runtime().stopPodSandbox(stop(pod));
      detach.add(network(pod, "StopPodSandbox"));
      remove(pod);
    }
    print("attach, one by one", attach);
    print("detach, one by one", detach);
  }

  @SuppressWarnings("SystemOut") // its purpose
  private void atOnce(int count) throws Exception {
    List<ListenableFuture<RunPodSandboxResponse>> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(client.runtimeLater().runPodSandbox(next()));
    }
    List<String> pods = new ArrayList<>();
    for (ListenableFuture<RunPodSandboxResponse> run : runs) {
      pods.add(run.get().getPodSandboxId());
    }
    print("attach, " + count + " at once", steps(pods, "RunPodSandbox"));
    List<Path> links = pods.stream().map(this::link).toList();
    detachAll(pods);
    long begun = System.nanoTime();
    awaitGone(links);
    System.out.printf(
        "links of %d pods gone %.1f ms after the last detach%n",
        count, (System.nanoTime() - begun) / 1e6);
    print("detach, " + count + " at once", steps(pods, "StopPodSandbox"));
    pods.forEach(this::remove);
  }

  private void whileOthersGo() throws Exception {
    List<String> leaving = new ArrayList<>();
    for (int i = 0; i < LEAVING; i++) {
      leaving.add(client.runtime().runPodSandbox(next()).getPodSandboxId());
    }
    List<ListenableFuture<StopPodSandboxResponse>> stops = new ArrayList<>();
    leaving.forEach(pod -> stops.add(client.runtimeLater().stopPodSandbox(stop(pod))));
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      pods.add(client.runtime().runPodSandbox(next()).getPodSandboxId());
    }
    for (ListenableFuture<StopPodSandboxResponse> stop : stops) {
      var _ = stop.get();
    }
    print("attach while " + LEAVING + " are detached", steps(pods, "RunPodSandbox"));
    leaving.forEach(this::remove);
    detachAll(pods);
    pods.forEach(this::remove);
  }

  private void detachAll(List<String> pods) throws Exception {
    List<ListenableFuture<StopPodSandboxResponse>> stops = new ArrayList<>();
    pods.forEach(pod -> stops.add(client.runtimeLater().stopPodSandbox(stop(pod))));
    for (ListenableFuture<StopPodSandboxResponse> stop : stops) {
      var _ = stop.get();
    }
  }

  private RunPodSandboxRequest next() {
    PodSandboxConfig config = Pods.pod("net-" + number++, logs).build();
    return RunPodSandboxRequest.newBuilder().setConfig(config).build();
  }

  private static StopPodSandboxRequest stop(String pod) {
    return StopPodSandboxRequest.newBuilder().setPodSandboxId(pod).build();
  }

  private void remove(String pod) {
    var _ =
        client
            .runtime()
            .removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
  }

  private List<Long> steps(List<String> pods, String method) {
    return pods.stream().map(pod -> network(pod, method)).toList();
  }

  /** Nanoseconds of a call's step of this name, as the daemon traced it. */
  private long network(String pod, String method) {
    for (TracedCall call :
        client
            .node()
            .trace(TraceRequest.newBuilder().setPodSandboxId(pod).build())
            .getCallsList()) {
      for (TracedStep step : call.getStepsList()) {
        if (call.getMethod().equals(method) && step.getStep().equals("network")) {
          return step.getTook();
        }
      }
    }
    throw new IllegalStateException("pod " + pod + ": " + method + " was not traced");
  }

  private Path link(String pod) {
    String info =
        client
            .runtime()
            .podSandboxStatus(
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod).setVerbose(true).build())
            .getInfoOrThrow("info");
    Matcher link = LINK.matcher(info);
    if (!link.find()) {
      throw new IllegalStateException("pod " + pod + " has no link: " + info);
    }
    return Path.of("/sys/class/net", link.group(1));
  }

  private static void awaitGone(List<Path> links) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (links.stream().anyMatch(Files::exists)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("links are still there after 30 s");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @SuppressWarnings("SystemOut") // its purpose
  private static void print(String what, List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "%s: p50 %.2f ms, p90 %.2f ms, p99 %.2f ms%n",
        what,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 9 / 10] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6);
  }
}
