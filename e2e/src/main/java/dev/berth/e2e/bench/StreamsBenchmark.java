package dev.berth.e2e.bench;

import dev.berth.cri.v1.ExecRequest;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.PortForwardRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.cri.SpdyClient;
import dev.berth.e2e.daemon.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;

/** Times exec, by call and by stream, and bytes through a forwarded port. */
public final class StreamsBenchmark {
  private static final String IMAGE = "registry.k8s.io/e2e-test-images/busybox:1.29-2";
  private static final String USAGE =
      """
      usage: e2e/bench/streams [--socket PATH] [--rounds N] [--mib N]
      Without --socket a daemon of this tree is started; with one, its image %s must be there.
      """
          .formatted(IMAGE);

  private static final int PIECE = 1 << 16;

  private final CriClient client;
  private final BenchContainer container;
  private final int rounds;

  private StreamsBenchmark(CriClient client, BenchContainer container, int rounds) {
    this.client = client;
    this.container = container;
    this.rounds = rounds;
  }

  /** See the usage. */
  @SuppressWarnings("SystemOut") // its purpose
  public static void main(String[] arguments) throws Exception {
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    WarmUp.client();
    String socket = option(arguments, "--socket", "");
    if (socket.isEmpty()) {
      try (OwnDaemon daemon = OwnDaemon.prepared(IMAGE)) {
        daemon.start();
        run(arguments, daemon.socket());
      }
    } else {
      run(arguments, Path.of(socket));
    }
    System.exit(0);
  }

  private static String option(String[] arguments, String name, String otherwise) {
    int at = Arrays.asList(arguments).indexOf(name);
    return at < 0 ? otherwise : arguments[at + 1];
  }

  private static void run(String[] arguments, Path socket) throws Exception {
    Path logs = Files.createTempDirectory("berth-bench-logs");
    String script = "nc -ll -p 7001 -e cat & nc -ll -p 7002 -e cat /dev/zero & sleep 3600";
    try (CriClient client = new CriClient(socket);
        BenchContainer container =
            BenchContainer.start(
                client, Pods.container("streams", IMAGE, "sh", "-c", script), logs)) {
      int rounds = Integer.parseInt(option(arguments, "--rounds", "200"));
      StreamsBenchmark bench = new StreamsBenchmark(client, container, rounds);
      bench.time("ExecSync of true", bench::execSync);
      bench.time("exec over SPDY, call to the first byte", bench::firstByte);
      bench.time("exec over SPDY, call to the exit status", bench::status);
      int mib = Integer.parseInt(option(arguments, "--mib", "256"));
      bench.echo(mib);
      bench.receive(mib);
    } finally {
      Folders.delete(logs);
    }
  }

  @SuppressWarnings("SystemOut") // its purpose
  private void time(String what, Callable<Long> round) throws Exception {
    long[] took = new long[rounds];
    for (int i = 0; i < rounds + 20; i++) {
      long nanos = round.call();
      took[Math.max(0, i - 20)] = nanos; // the first ones warm up
    }
    Arrays.sort(took);
    System.out.printf(
        "%s: p50 %.2f ms, p90 %.2f ms%n",
        what, took[rounds / 2] / 1e6, took[rounds * 9 / 10] / 1e6);
  }

  private long execSync() {
    ExecSyncRequest request =
        ExecSyncRequest.newBuilder()
            .setContainerId(container.id())
            .addCmd("true")
            .setTimeout(10)
            .build();
    long begun = System.nanoTime();
    var _ = client.runtime().execSync(request);
    return System.nanoTime() - begun;
  }

  private long firstByte() throws IOException {
    return exec("x");
  }

  private long status() throws IOException {
    return exec("");
  }

  /** Runs {@code echo x}; until this has come on its stdout, or with nothing given, to the end. */
  private long exec(String wanted) throws IOException {
    ExecRequest request =
        ExecRequest.newBuilder()
            .setContainerId(container.id())
            .addCmd("echo")
            .addCmd("x")
            .setStdout(true)
            .build();
    long begun = System.nanoTime();
    try (SpdyClient spdy =
        new SpdyClient(client.runtime().exec(request).getUrl(), "v4.channel.k8s.io")) {
      int error = spdy.open("streamtype", "error");
      int stdout = spdy.open("streamtype", "stdout");
      if (wanted.isEmpty()) {
        byte[] _ = spdy.all(error);
      } else {
        spdy.awaitText(stdout, wanted);
      }
      return System.nanoTime() - begun;
    }
  }

  private SpdyClient forward() throws IOException {
    PortForwardRequest request =
        PortForwardRequest.newBuilder().setPodSandboxId(container.pod()).build();
    return new SpdyClient(client.runtime().portForward(request).getUrl(), "portforward.k8s.io");
  }

  @SuppressWarnings("SystemOut") // its purpose
  private void echo(int mib) throws IOException {
    byte[] piece = new byte[PIECE];
    try (SpdyClient spdy = forward()) {
      int data = connect(spdy, "7001");
      long begun = System.nanoTime();
      for (long sent = 0; sent < (long) mib << 20; ) {
        spdy.send(data, piece);
        sent += PIECE;
        spdy.awaitCount(data, sent - (8L << 20));
      }
      spdy.end(data);
      spdy.awaitCount(data, (long) mib << 20);
      print("port-forward, there and back through cat", mib, begun);
    }
  }

  private void receive(int mib) throws IOException {
    try (SpdyClient spdy = forward()) {
      int data = connect(spdy, "7002");
      long begun = System.nanoTime();
      for (int next = 8; next <= mib; next += 8) {
        spdy.awaitCount(data, (long) next << 20);
      }
      print("port-forward, out of the pod", mib, begun);
    }
  }

  private static int connect(SpdyClient spdy, String port) throws IOException {
    int _ = spdy.open("streamtype", "error", "port", port, "requestid", "1");
    int data = spdy.open("streamtype", "data", "port", port, "requestid", "1");
    spdy.countOnly(data);
    return data;
  }

  @SuppressWarnings("SystemOut") // its purpose
  private static void print(String what, int mib, long begun) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf("%s: %.0f MB/s%n", what, mib * 1.048576 / seconds);
  }
}
