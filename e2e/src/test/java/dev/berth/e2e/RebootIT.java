package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatus;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.cri.v1.PodSandboxStatus;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.Folders;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A machine that is started again: nothing runs, and everything is still known. */
class RebootIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void everythingThatRanIsReportedAsEndedAndCleaned() throws IOException {
    Node node = BED.node();
    String pod = node.pod(node.podConfig("before").putAnnotations("note", "kept").build());
    String main = node.run(pod, attempt(Node.shell("main", "exec sleep 1000"), 7));
    String created = node.create(pod, Node.shell("created", "true"));
    String done = node.run(pod, Node.shell("done", "exit 3"));
    ContainerStatus doneBefore = node.awaitExit(done);
    ContainerStatus mainBefore = node.status(main);
    PodSandboxStatus podBefore = node.podStatus(pod);
    var imagesBefore = node.images().listImages(ListImagesRequest.getDefaultInstance());

    DaemonProcess next = reboot(Debugged.pod(node, pod));
    next.start();
    try {
      node.client().reconnect();
      PodSandboxStatus podAfter = node.podStatus(pod);
      assertThat(podAfter.getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
      assertThat(podAfter.toBuilder().clearState().clearNetwork().build())
          .isEqualTo(podBefore.toBuilder().clearState().clearNetwork().build());
      assertThat(node.status(done)).isEqualTo(doneBefore);
      ended(node.status(main), mainBefore);
      assertThat(node.status(created).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
      assertThat(node.images().listImages(ListImagesRequest.getDefaultInstance()))
          .isEqualTo(imagesBefore);
      assertThat(node.containers()).hasSize(3);
      String fresh = node.sleeper(node.pod("after"), "main");
      assertThat(node.sh(fresh, "echo on")).isEqualTo("on\n");
      node.removeAllPods();
    } finally {
      next.close();
    }
  }

  /** As far as a process can: no daemon, no shim, no state, another boot id. */
  private static DaemonProcess reboot(Debugged shim) throws IOException {
    BED.daemon().kill();
    shim.signal("KILL");
    Folders.delete(BED.daemon().settings().state());
    return new DaemonProcess(
        BED.daemon().settings().env("BERTH_TEST_BOOT_ID", "00000000-0000-4000-8000-000000000001"));
  }

  private static void ended(ContainerStatus now, ContainerStatus before) {
    assertThat(now.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    assertThat(now.getReason()).isEqualTo("Unknown");
    assertThat(now.getMessage()).isEqualTo("the machine was restarted");
    assertThat(now.getFinishedAt()).isGreaterThan(now.getStartedAt());
    assertThat(now.getStartedAt()).isEqualTo(before.getStartedAt());
    assertThat(now.getMetadata().getAttempt()).isEqualTo(7);
    assertThat(now.getLabelsMap()).isEqualTo(before.getLabelsMap()).isNotEmpty();
    assertThat(now.getAnnotationsMap()).isEqualTo(before.getAnnotationsMap()).isNotEmpty();
  }

  private static dev.berth.cri.v1.ContainerConfig.Builder attempt(
      dev.berth.cri.v1.ContainerConfig.Builder config, int attempt) {
    config.putAnnotations("restarts", Integer.toString(attempt));
    config.getMetadataBuilder().setAttempt(attempt);
    return config;
  }
}
