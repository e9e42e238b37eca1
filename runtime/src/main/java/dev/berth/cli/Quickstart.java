package dev.berth.cli;

import dev.berth.cri.v1.ContainerStatusRequest;
import dev.berth.cri.v1.ImageServiceGrpc;
import dev.berth.cri.v1.ImageSpec;
import dev.berth.cri.v1.ImageStatusRequest;
import dev.berth.cri.v1.PodSandboxStatusRequest;
import dev.berth.daemon.HelloImage;
import dev.berth.rpc.CriChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code berth quickstart}: one pod on a daemon of its own, shown, and taken away again. */
@Command(
    name = "quickstart",
    description =
        "Start a daemon with its embedded defaults in folders of its own, run a pod, show its"
            + " state, address, log and a command run inside, and clean up.")
final class Quickstart implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Option(
      names = "--keep",
      description = "leave the daemon and the pod running, and say how to reach them")
  boolean keep;

  @Override
  public Integer call() throws Exception {
    String launcher = System.getenv("BERTH_LAUNCHER");
    if (launcher == null) {
      System.err.println("berth quickstart: start it by bin/berth");
      return 2;
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      System.err.println("berth quickstart: must run as root: sudo bin/berth quickstart");
      return 1;
    }
    // Not /tmp: it may be mounted noexec, and the pod's root would be too.
    Path home = Files.createTempDirectory(Path.of("/var/tmp"), "berth-quickstart.");
    boolean kept = false;
    try (var daemon = Undo.of(start(Path.of(launcher), home), DaemonChild::close)) {
      show("daemon", "pid " + daemon.get().pid() + ", socket " + daemon.get().socket());
      kept = show(daemon.get(), home);
      if (kept) {
        daemon.forget();
      }
      return 0;
    } catch (StatusRuntimeException | IOException e) {
      System.err.println("berth quickstart: " + e.getMessage() + said(home));
      return 1;
    } finally {
      if (!kept) {
        TreeRemoval.remove(home);
      }
    }
  }

  /** The daemon's last words, for a failure that is about to take its log away. */
  private static String said(Path home) throws IOException {
    Path log = home.resolve(DaemonChild.LOG);
    if (!Files.exists(log) || Files.size(log) == 0) {
      return "";
    }
    List<String> lines = Files.readAllLines(log);
    return "\nthe daemon said:\n  "
        + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  private static DaemonChild start(Path launcher, Path home)
      throws IOException, InterruptedException {
    // A range of its own for every run: an installed daemon and a second quickstart have others.
    long third = ProcessHandle.current().pid() % 256;
    return DaemonChild.start(
        launcher, home, List.of("--set", "network.pod_cidrs=10.222." + third + ".0/24"));
  }

  /** Runs and shows the pod; whether it was left running. */
  private boolean show(DaemonChild daemon, Path home) throws IOException, InterruptedException {
    try (var channel = new CriChannel(daemon.socket())) {
      awaitImage(channel);
      PodLife life = new PodLife(channel, "hello", Files.createDirectory(home.resolve("logs")));
      long begin = System.nanoTime();
      PodLife.Running running = life.start();
      long took = (System.nanoTime() - begin) / 1_000_000;
      try (var pod = Undo.of(running, life::end)) {
        show("pod", running.pod() + ", started in " + took + " ms");
        showStates(life, running);
        show("log", firstLine(life.log()));
        var exec = life.exec(running, "uname");
        show("exec", "hello uname: " + exec.getStdout().toStringUtf8().strip());
        if (keep) {
          pod.forget();
          sayHowToReach(daemon, running);
          return true;
        }
      }
    }
    show("cleaned up", "the pod, its daemon and " + home + " are gone");
    return false;
  }

  private static void showStates(PodLife life, PodLife.Running running) {
    var pod =
        life.runtime()
            .podSandboxStatus(
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(running.pod()).build())
            .getStatus();
    var container =
        life.runtime()
            .containerStatus(
                ContainerStatusRequest.newBuilder().setContainerId(running.container()).build())
            .getStatus();
    show("state", pod.getState() + ", " + container.getState());
    show("address", pod.getNetwork().getIp());
  }

  private static void sayHowToReach(DaemonChild daemon, PodLife.Running running) {
    show("kept", "crictl -r unix://" + daemon.socket() + " ps");
    show("", "crictl -r unix://" + daemon.socket() + " rmp -f " + running.pod());
    show("", "kill " + daemon.pid());
  }

  /** The daemon imports its image when it starts for the first time, beside its other work. */
  private static void awaitImage(CriChannel channel) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var request =
        ImageStatusRequest.newBuilder()
            .setImage(ImageSpec.newBuilder().setImage(HelloImage.REFERENCE))
            .build();
    while (true) {
      var image =
          ImageServiceGrpc.newBlockingStub(channel.channel())
              .withDeadlineAfter(PATIENCE)
              .imageStatus(request);
      if (image.hasImage()) {
        show("image", HelloImage.REFERENCE + ", " + image.getImage().getId());
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("the daemon has not imported " + HelloImage.REFERENCE);
      }
      Thread.sleep(5);
    }
  }

  private static String firstLine(Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.exists(log) && Files.size(log) > 0) {
        return Files.readAllLines(log).getFirst();
      }
      Thread.sleep(2);
    }
    throw new IOException("the pod has written nothing to " + log);
  }

  private static void show(String what, String value) {
    System.out.printf("  %-10s %s%n", what, value);
  }
}
