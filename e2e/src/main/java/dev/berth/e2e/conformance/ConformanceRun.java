package dev.berth.e2e.conformance;

import dev.berth.e2e.conformance.Verdict.Outcome;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.DaemonSettings;
import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.daemon.PodRanges;
import dev.berth.e2e.daemon.Remains;
import dev.berth.e2e.daemon.Repository;
import dev.berth.e2e.registry.Pusher;
import dev.berth.e2e.registry.RegistryFixture;
import dev.berth.e2e.registry.SuiteImages;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the suite against a fresh daemon and judges it. Exit code 1: a spec that passed on record
 * fails now. Arguments: {@code --record} writes the page, {@code --socket PATH} takes a runtime
 * that runs already, everything else goes to the suite.
 */
public final class ConformanceRun {
  private final boolean record;
  private final List<String> flags;
  private final Path page = Repository.root().resolve("docs/conformance.md");
  private final Path out = Repository.root().resolve("e2e/target/conformance");

  private ConformanceRun(boolean record, List<String> flags) {
    this.record = record;
    this.flags = flags;
  }

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    List<String> flags = new ArrayList<>(List.of(arguments));
    boolean record = flags.remove("--record");
    int at = flags.indexOf("--socket");
    boolean good;
    if (at >= 0) {
      Path socket = Path.of(flags.get(at + 1));
      flags.subList(at, at + 2).clear();
      good = new ConformanceRun(record, flags).judge(socket);
    } else {
      good = new ConformanceRun(record, flags).againstOwnDaemon();
    }
    System.exit(good ? 0 : 1);
  }

  private boolean againstOwnDaemon() throws IOException {
    Path home = Files.createTempDirectory("berth-conformance").toRealPath();
    Path hosts = home.resolve("hosts");
    DaemonSettings settings =
        DaemonSettings.in(home.resolve("d"))
            .set("registry.config_path", hosts.toString())
            .set("network.pod_cidrs", PodRanges.next());
    try (RegistryFixture registry = RegistryFixture.open(home.resolve("registry"));
        Pusher pusher = new Pusher(registry.base());
        DaemonProcess daemon = new DaemonProcess(settings)) {
      registry.writeHosts(hosts, "_default");
      SuiteImages.pushAll(pusher);
      daemon.start();
      try {
        return judge(settings.socket());
      } finally {
        keepLog(daemon);
      }
    } finally {
      Folders.delete(home);
    }
  }

  private void keepLog(DaemonProcess daemon) throws IOException {
    daemon.terminate();
    Files.createDirectories(out);
    Files.writeString(out.resolve("daemon.log"), daemon.log());
    Remains.of(daemon.instance()).remove();
  }

  private boolean judge(Path socket) throws IOException {
    Files.createDirectories(out);
    Path report = out.resolve("report.json");
    Files.deleteIfExists(report);
    suite(socket, report);
    NavigableMap<String, Verdict> now = SuiteReport.read(report);
    NavigableMap<String, Verdict> old = RecordPage.read(page);
    List<Verdict> failed =
        now.values().stream().filter(verdict -> verdict.outcome() == Outcome.FAILED).toList();
    List<String> worse =
        old.values().stream()
            .filter(verdict -> verdict.outcome() == Outcome.PASSED)
            .map(Verdict::spec)
            .filter(spec -> worse(now.get(spec)))
            .toList();
    show(now, failed, worse);
    if (record) {
      RecordPage.write(page, version(), now, old);
    }
    return worse.isEmpty();
  }

  /** Whether a spec that passed once does not now; one that was not asked for is not missed. */
  private boolean worse(@Nullable Verdict now) {
    if (now == null || now.outcome() == Outcome.SKIPPED) {
      return flags.isEmpty();
    }
    return now.outcome() == Outcome.FAILED;
  }

  @SuppressWarnings("SystemOut") // its purpose
  private static void show(
      NavigableMap<String, Verdict> now, List<Verdict> failed, List<String> worse) {
    failed.forEach(
        verdict -> System.out.println("failed: " + verdict.spec() + ": " + verdict.reason()));
    System.out.println(
        "validation suite: "
            + Stream.of(Outcome.values())
                .map(each -> RecordPage.count(now.values(), each) + " specs " + each)
                .collect(Collectors.joining(", ")));
    worse.forEach(spec -> System.out.println("passed once, does not now: " + spec));
  }

  private void suite(Path socket, Path report) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Repository.root().resolve("e2e/target/tools/critest").toString());
    command.addAll(List.of("-runtime-endpoint", "unix://" + socket));
    command.addAll(List.of("-image-endpoint", "unix://" + socket));
    command.addAll(List.of("-ginkgo.no-color", "-ginkgo.json-report", report.toString()));
    command.addAll(flags);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(out.resolve("suite.log").toFile())
            .start();
    try {
      int code = process.waitFor();
      if (!Files.exists(report)) {
        throw new IOException("the suite ended with " + code + " and no report: see " + out);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the suite runs");
    }
  }

  private static String version() throws IOException {
    return Files.readString(Repository.root().resolve("e2e/target/tools/version")).strip();
  }
}
