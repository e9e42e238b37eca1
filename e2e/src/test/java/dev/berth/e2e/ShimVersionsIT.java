package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods of an earlier Berth are served without touching them, those of a later one left alone. */
class ShimVersionsIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  /** The shim's sources, built to say that they are of another version. */
  private static Path shim(int version) throws IOException {
    Path folder = BED.home().resolve("shim-" + version);
    Debugged.run(
        "make",
        "-s",
        "-C",
        Repository.root().resolve("native").toString(),
        "OUT=" + folder,
        "SHIM_DEFINES=-DWIRE_VERSION=" + version,
        folder.resolve("berth-shim").toString());
    return folder.resolve("berth-shim");
  }

  /** Pods of a daemon whose shims are of another version, on the folders of the class's daemon. */
  private static DaemonProcess daemonWith(Path shim) throws IOException {
    BED.daemon().kill();
    DaemonProcess other =
        new DaemonProcess(BED.daemon().settings().env("BERTH_TEST_SHIM", shim.toString()));
    other.start();
    BED.node().client().reconnect();
    return other;
  }

  @Test
  void theShimOfTheFirstVersionIsServedByTodaysDaemon() throws IOException {
    Node node = BED.node();
    DaemonProcess yesterday = daemonWith(shim(1));
    String pod = node.pod("yesterday");
    String main = node.sleeper(pod, "main");
    String created = node.create(pod, Node.shell("created", "exit 4"));
    yesterday.kill();
    BED.restarted();

    assertThat(node.sh(main, "echo on")).isEqualTo("on\n");
    assertThat(node.start(created).awaitExit(created).getExitCode()).isEqualTo(4);
    String added = node.run(pod, Node.shell("added", "exit 5"));
    assertThat(node.awaitExit(added).getExitCode()).isEqualTo(5);
    node.stop(main, 5);
    assertThat(node.status(main).getExitCode()).isZero();
    node.stopPod(pod).removePod(pod);
    yesterday.close();
  }

  @Test
  void aNewerShimIsRefusedAndItsPodRunsOn() throws IOException {
    Node node = BED.node();
    String pod = node.pod("tomorrow");
    String main = node.sleeper(pod, "main");
    Path socket = BED.daemon().settings().state().resolve("pods").resolve(pod).resolve("shim.sock");
    Path aside = socket.resolveSibling("aside");
    Path newer = shim(99);
    BED.daemon().kill();
    Files.move(socket, aside);
    Debugged.run(newer.toString(), "--pod", pod, "--socket", socket.toString());
    try {
      assertThatThrownBy(() -> BED.daemon().start())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("pod " + pod)
          .hasMessageContaining("messages 99")
          .hasMessageContaining("they run on");
    } finally {
      end(newer);
    }
    Files.move(aside, socket, StandardCopyOption.REPLACE_EXISTING);
    BED.restarted();
    assertThat(node.sh(main, "echo on")).isEqualTo("on\n");
    node.stopPod(pod).removePod(pod);
  }

  private static void end(Path program) {
    ProcessHandle.allProcesses()
        .filter(process -> process.info().command().filter(program.toString()::equals).isPresent())
        .forEach(ProcessHandle::destroyForcibly);
  }
}
