package dev.berth.e2e.bench;

import dev.berth.cri.v1.ImageStatusRequest;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs pod lives over a CRI socket and prints what each call took. */
public final class PodLifeBenchmark {
  private static final String SHIMS = "berth-shim";

  private final BenchOptions options;
  private BenchReport report = new BenchReport();

  private PodLifeBenchmark(BenchOptions options) {
    this.options = options;
  }

  /** See {@link BenchOptions#USAGE}; exit code 2 for a command line that is not understood. */
  @SuppressWarnings("SystemOut") // its purpose
  public static void main(String[] arguments) throws IOException {
    BenchOptions options;
    try {
      options = BenchOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + BenchOptions.USAGE);
      System.exit(2);
      return;
    }
    System.out.println(new PodLifeBenchmark(options).run());
    System.exit(0);
  }

  private String run() throws IOException {
    WarmUp.client();
    if (options.socket().isPresent()) {
      Path socket = options.socket().get();
      pullWhenMissing(socket);
      rounds(socket, options.daemonPid().orElse(0L), SHIMS);
    } else {
      withOwnDaemon();
    }
    if (options.peer()) {
      withPeer();
    }
    report.write(options.out());
    return report.table() + "\n\nfigures in " + options.out().toAbsolutePath();
  }

  private void withPeer() throws IOException {
    BenchReport own = report;
    try (PeerDaemon peer = PeerDaemon.prepared(options.image())) {
      peer.start();
      report = new BenchReport();
      rounds(peer.socket(), peer.pid(), peer.shims());
    }
    own.peer(report);
    report = own;
  }

  private void withOwnDaemon() throws IOException {
    try (OwnDaemon daemon = OwnDaemon.prepared(options.image())) {
      daemon.start();
      rounds(daemon.socket(), daemon.pid(), daemon.shims());
      double startup = daemon.startup().toNanos() / 1e6;
      report.figure("startup_ms", "daemon, start to listening", startup, "ms");
    }
  }

  private void rounds(Path socket, long pid, String shims) throws IOException {
    Path logs = Files.createTempDirectory("berth-bench-logs");
    try (CriClient client = new CriClient(socket)) {
      PodLife life = new PodLife(client, options.image(), options.handler(), logs);
      Round first = Round.run(life, "first", 10, 1);
      report.single("first", "first pod, Run+Create+Start", first.lives().getFirst());
      report.single("tenth", "tenth pod, Run+Create+Start", first.lives().getLast());
      for (int parallel : options.parallel()) {
        report.round(Round.run(life, "p" + parallel, options.lives(), parallel));
      }
      if (pid != 0) {
        memory("idle", "daemon, idle after the lives", ProcessMemory.of(pid));
        standing(life, pid, shims);
      }
    } finally {
      Folders.delete(logs);
    }
  }

  private void standing(PodLife life, long pid, String names) throws IOException {
    if (options.standing() == 0) {
      return;
    }
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < options.standing(); i++) {
      pods.add(life.stay("standing-" + i));
    }
    memory("standing", "daemon with " + pods.size() + " pods", ProcessMemory.of(pid));
    ProcessMemory shims = shims(names);
    double each = (double) (shims.pss() + shims.pageTables()) / pods.size();
    report.figure("shim_kib", "shims, PSS and page tables a pod", each, "KiB");
    pods.forEach(life::leave);
  }

  /** All processes that carry the shims' name: one runtime at a time gives a true figure. */
  private static ProcessMemory shims(String names) throws IOException {
    ProcessMemory sum = ProcessMemory.NONE;
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      for (ProcessHandle each : all.toList()) {
        Path comm = Path.of("/proc", Long.toString(each.pid()), "comm");
        if (Files.exists(comm) && Files.readString(comm).startsWith(names)) {
          sum = sum.plus(ProcessMemory.of(each.pid()));
        }
      }
    }
    return sum;
  }

  private void memory(String key, String title, ProcessMemory memory) {
    report.figure(key + "_pss_mib", title + ", PSS", memory.pss() / 1024.0, "MiB");
    report.figure(key + "_aot_mib", title + ", AOT cache", memory.aotCache() / 1024.0, "MiB");
  }

  private void pullWhenMissing(Path socket) {
    try (CriClient client = new CriClient(socket)) {
      ImageStatusRequest status =
          ImageStatusRequest.newBuilder().setImage(Pods.image(options.image())).build();
      if (!client.images().imageStatus(status).hasImage()) {
        PullImageRequest pull =
            PullImageRequest.newBuilder().setImage(Pods.image(options.image())).build();
        var _ = client.images().pullImage(pull);
      }
    }
  }
}
