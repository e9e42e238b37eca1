package dev.berth.e2e.bench;

import dev.berth.cri.v1.ListContainerStatsRequest;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListPodSandboxMetricsRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.ListPodSandboxStatsRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.daemon.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/** Times what a kubelet asks of a node on which many pods stand, and what the daemon costs idle. */
public final class SightBenchmark {
  private static final String IMAGE = "registry.k8s.io/e2e-test-images/busybox:1.29-2";
  private static final int ROUNDS = 100;

  /** Longer than the daemon gives a figure again, so that every round reads the kernel's files. */
  private static final Duration APART = Duration.ofMillis(1100);

  private static final int COLD_ROUNDS = 15;
  private static final Duration IDLE = Duration.ofSeconds(20);

  private final CriClient client;

  private SightBenchmark(CriClient client) {
    this.client = client;
  }

  /** {@code --pods N}: with statistics; {@code --listed N}: when the lists are timed. */
  @SuppressWarnings("SystemOut") // its purpose
  public static void main(String[] arguments) throws Exception {
    int pods = option(arguments, "--pods", 100);
    int listed = option(arguments, "--listed", 1000);
    Path logs = Files.createTempDirectory("berth-bench-logs");
    try (OwnDaemon daemon = OwnDaemon.prepared(IMAGE)) {
      daemon.start();
      try (CriClient client = new CriClient(daemon.socket())) {
        PodLife life = new PodLife(client, IMAGE, "", logs);
        List<String> standing = new ArrayList<>();
        stand(life, standing, pods);
        SightBenchmark bench = new SightBenchmark(client);
        bench.statistics();
        System.out.printf("idle with %d pods: %.2f %% of a core%n", pods, bench.idle(daemon.pid()));
        stand(life, standing, listed);
        bench.lists();
        standing.forEach(life::leave);
      }
    } finally {
      Folders.delete(logs);
    }
    System.exit(0);
  }

  private static int option(String[] arguments, String name, int otherwise) {
    int at = Arrays.asList(arguments).indexOf(name);
    return at < 0 ? otherwise : Integer.parseInt(arguments[at + 1]);
  }

  private static void stand(PodLife life, List<String> standing, int until) {
    while (standing.size() < until) {
      standing.add(life.stay("seen-" + standing.size()));
    }
  }

  private void statistics() throws InterruptedException {
    ToIntFunction<CriClient> containers =
        c ->
            c.runtime()
                .listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                .getStatsCount();
    ToIntFunction<CriClient> pods =
        c ->
            c.runtime()
                .listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance())
                .getStatsCount();
    ToIntFunction<CriClient> metrics =
        c ->
            c.runtime()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsCount();
    time("ListContainerStats", containers, COLD_ROUNDS, APART);
    time("ListPodSandboxStats", pods, COLD_ROUNDS, APART);
    time("ListPodSandboxMetrics", metrics, COLD_ROUNDS, APART);
    time("ListContainerStats again within a second", containers, ROUNDS, Duration.ZERO);
  }

  private void lists() throws InterruptedException {
    time(
        "ListContainers",
        c ->
            c.runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersCount(),
        ROUNDS,
        Duration.ZERO);
    time(
        "ListPodSandbox",
        c -> c.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsCount(),
        ROUNDS,
        Duration.ZERO);
  }

  @SuppressWarnings("SystemOut") // its purpose
  private void time(String what, ToIntFunction<CriClient> call, int rounds, Duration apart)
      throws InterruptedException {
    long[] took = new long[rounds];
    int count = 0;
    for (int i = 0; i < rounds; i++) {
      Thread.sleep(apart);
      long begun = System.nanoTime();
      count = call.applyAsInt(client);
      took[i] = System.nanoTime() - begun;
    }
    Arrays.sort(took);
    System.out.printf(
        "%s, %d: p50 %.2f ms, p90 %.2f ms%n",
        what, count, took[rounds / 2] / 1e6, took[rounds * 9 / 10] / 1e6);
  }

  /** What the daemon takes of one processor while nobody asks, in percent. */
  private double idle(long pid) throws IOException, InterruptedException {
    long before = ticks(pid);
    Thread.sleep(IDLE);
    return (ticks(pid) - before) * 100.0 / 100 / IDLE.toSeconds();
  }

  /** User and system time of proc_pid_stat(5), in hundredths of a second. */
  private static long ticks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }
}
