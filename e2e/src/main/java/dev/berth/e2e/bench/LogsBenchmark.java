package dev.berth.e2e.bench;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.Mount;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.registry.StaticProgram;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times how fast a container's output reaches its log, on a tmpfs and with the log rotated as a
 * kubelet does, and looks at every line of a log that is rotated each second under load.
 */
public final class LogsBenchmark {
  private static final String USAGE =
      """
      usage: e2e/bench/logs [--socket PATH] [--image NAME] [--cpu-of NAME] [--seconds N]
                            [--rotated-seconds N] [--rate MB_PER_SECOND]
      Without --socket a daemon of this tree is started. NAME is what the processes that write the
      logs are called, berth-shim of itself.
      """;

  /** A log larger than this is moved away and deleted, as the kubelet does. */
  private static final long ROTATED_BYTES = 64L << 20;

  private static final int LINE_BYTES = 100;

  /** Where the container finds the writer. */
  private static final String PROGRAM = "/writer";

  private final CriClient client;
  private final String image;
  private final String writers;
  private final Path folder;
  private final Path program;

  private LogsBenchmark(CriClient client, String image, String writers, Path folder, Path program) {
    this.client = client;
    this.image = image;
    this.writers = writers;
    this.folder = folder;
    this.program = program;
  }

  /** See the usage; exit code 1 when a line was lost or doubled. */
  @SuppressWarnings("SystemOut") // its purpose
  public static void main(String[] arguments) throws Exception {
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    String image = option(arguments, "--image", "registry.k8s.io/e2e-test-images/busybox:1.29-2");
    String socket = option(arguments, "--socket", "");
    WarmUp.client();
    boolean whole;
    if (socket.isEmpty()) {
      try (OwnDaemon daemon = OwnDaemon.prepared(image)) {
        daemon.start();
        whole = run(arguments, image, daemon.socket());
      }
    } else {
      whole = run(arguments, image, Path.of(socket));
    }
    System.exit(whole ? 0 : 1);
  }

  private static String option(String[] arguments, String name, String otherwise) {
    int at = Arrays.asList(arguments).indexOf(name);
    return at < 0 ? otherwise : arguments[at + 1];
  }

  private static boolean run(String[] arguments, String image, Path socket) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "berth-bench-logs");
    try (CriClient client = new CriClient(socket)) {
      Path program = Files.write(folder.resolve("writer"), StaticProgram.compile("writer"));
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      String writers = option(arguments, "--cpu-of", "berth-shim");
      LogsBenchmark bench = new LogsBenchmark(client, image, writers, folder, program);
      String seconds = option(arguments, "--seconds", "5");
      bench.speed("100-byte lines, one a write", "lines", "100", seconds);
      bench.speed("100-byte lines, 64 KiB a write", "lines", "100", seconds, "100000");
      bench.speed("64 KiB writes", "blocks", "65536", seconds);
      return bench.rotation(
          option(arguments, "--rotated-seconds", "20"), option(arguments, "--rate", "50"));
    } finally {
      Folders.delete(folder);
    }
  }

  private BenchContainer start(String... arguments) {
    ContainerConfig.Builder container =
        Pods.container("writer", image, PROGRAM)
            .addAllArgs(List.of(arguments))
            .addMounts(
                Mount.newBuilder()
                    .setHostPath(program.toString())
                    .setContainerPath(PROGRAM)
                    .setReadonly(true));
    return BenchContainer.start(client, container, folder);
  }

  @SuppressWarnings("SystemOut") // its purpose
  private void speed(String what, String... arguments) throws IOException, InterruptedException {
    double before = CpuTime.of(writers);
    try (BenchContainer writer = start(arguments)) {
      Path log = writer.log();
      Path moved = folder.resolve("moved");
      while (writer.runs()) {
        if (Files.size(log) > ROTATED_BYTES) {
          Files.move(log, moved, StandardCopyOption.REPLACE_EXISTING);
          writer.reopenLog();
        }
        Thread.sleep(5);
      }
      double cpu = CpuTime.of(writers) - before;
      double megabytes = Double.parseDouble(lastWords(log)[0]) / 1e6;
      double seconds = Double.parseDouble(arguments[2]);
      System.out.printf(
          "%s: %.0f MB/s, %.2f s of a processor a GB%n",
          what, megabytes / seconds, cpu / megabytes * 1000);
      Files.delete(log);
      Files.deleteIfExists(moved);
    }
  }

  /** What the writer says at its end, on its standard error: bytes and lines. */
  private static String[] lastWords(Path log) throws IOException, InterruptedException {
    for (int i = 0; i < 100; i++) {
      String text = Files.readString(log, StandardCharsets.ISO_8859_1);
      int at = text.indexOf(" stderr F ");
      if (at >= 0) {
        return text.substring(at + " stderr F ".length())
            .lines()
            .findFirst()
            .orElse("")
            .split(" ", -1);
      }
      Thread.sleep(20);
    }
    throw new IOException("the writer's count is not in " + log);
  }

  @SuppressWarnings("SystemOut") // its purpose
  private boolean rotation(String seconds, String rate) throws IOException, InterruptedException {
    List<Path> parts = new ArrayList<>();
    try (BenchContainer writer = start("lines", "" + LINE_BYTES, seconds, rate)) {
      Path log = writer.log();
      for (long next = System.nanoTime(); writer.runs(); ) {
        if (System.nanoTime() - next > 1_000_000_000L) {
          next = System.nanoTime();
          Path part = folder.resolve("part" + parts.size());
          Files.move(log, part);
          parts.add(part);
          if (writer.runs()) {
            writer.reopenLog();
          }
        }
        Thread.sleep(10);
      }
      if (Files.exists(log)) {
        parts.add(log);
      }
      long written = Long.parseLong(lastWords(parts.getLast())[1]);
      long found = numbered(parts);
      boolean whole = found == written;
      System.out.printf(
          "rotated each second at %s MB/s: %d files, %d lines written, %s%n",
          rate,
          parts.size(),
          written,
          whole ? "each there once and in order" : "broken after line " + found);
      return whole;
    }
  }

  /** How many lines there are of which each has the number after that before. */
  private static long numbered(List<Path> parts) throws IOException {
    long expected = 0;
    for (Path part : parts) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(part), 1 << 20)) {
        for (byte[] line = line(in); line.length > 0; line = line(in)) {
          String text = new String(line, StandardCharsets.ISO_8859_1);
          if (text.startsWith("stderr", 31)) {
            continue;
          }
          boolean next =
              text.startsWith(" stdout F ", 30)
                  && text.length() == 40 + LINE_BYTES - 1
                  && Long.parseLong(text.substring(40, 50)) == expected + 1;
          if (!next) {
            return expected;
          }
          expected++;
        }
      }
    }
    return expected;
  }

  private static byte[] line(InputStream in) throws IOException {
    byte[] room = new byte[256];
    int length = 0;
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (length < room.length) {
        room[length++] = (byte) next;
      }
    }
    return Arrays.copyOf(room, length);
  }
}
