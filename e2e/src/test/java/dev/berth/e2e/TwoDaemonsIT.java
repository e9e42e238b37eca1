package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerState;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.daemon.Remains;
import java.io.IOException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Daemons side by side on one machine. */
class TwoDaemonsIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void oneIsKilledAndTheOtherNeverNotices() throws IOException {
    DaemonProcess second = BED.another("second").start();
    try (Node other =
        new Node(new CriClient(second.settings().socket()), BED.home().resolve("second-logs"))) {
      other.warm();
      Node node = BED.node();
      String pod = node.pod("first");
      String mine = node.sleeper(pod, "mine");
      String theirs = other.sleeper(other.pod("second"), "theirs");

      second.kill();
      assertThat(node.sh(mine, "echo alive")).isEqualTo("alive\n");
      String another = node.pod("meanwhile");
      assertThat(node.output(another, Node.shell("works", "echo works"))).isEqualTo("works\n");

      second.start();
      assertThat(other.status(theirs).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
      other.removeAllPods();
      assertThat(node.sh(mine, "echo alive")).isEqualTo("alive\n");
      assertThat(node.podStatus(pod).getNetwork().getIp()).isNotEmpty();
    } finally {
      second.close();
      Remains.of(second.instance()).remove();
      Folders.delete(second.settings().home());
    }
  }

  @Test
  void aSecondDaemonOnTheSameRootIsRefused() throws IOException {
    DaemonProcess twin = new DaemonProcess(BED.daemon().settings());
    try (twin) {
      Assertions.assertThatThrownBy(twin::start)
          .hasMessageContaining(BED.daemon().settings().root().toString());
    }
    assertThat(BED.node().sh(BED.node().sleeper(BED.node().pod("still"), "main"), "echo here"))
        .isEqualTo("here\n");
  }
}
