package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.CreateContainerResponse;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.cri.v1.RunPodSandboxResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that a kubelet sends again because it lost patience. */
class JoinIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void theSamePodRunsOnce() throws Exception {
    Node node = BED.node();
    PodSandboxConfig config = node.podConfig("joined").build();
    RunPodSandboxRequest request = RunPodSandboxRequest.newBuilder().setConfig(config).build();
    List<ListenableFuture<RunPodSandboxResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(node.client().runtimeLater().runPodSandbox(request));
    }
    Set<String> ids = new HashSet<>();
    for (ListenableFuture<RunPodSandboxResponse> call : calls) {
      ids.add(call.get(30, TimeUnit.SECONDS).getPodSandboxId());
    }
    assertThat(ids).hasSize(1);
    assertThat(node.runtime().runPodSandbox(request).getPodSandboxId()).isIn(ids);
    assertThat(node.pods()).hasSize(1);
  }

  @Test
  void theSameContainerIsCreatedOnce() throws Exception {
    Node node = BED.node();
    String pod = node.pod("creates");
    CreateContainerRequest request =
        CreateContainerRequest.newBuilder()
            .setPodSandboxId(pod)
            .setConfig(Node.shell("main", "true"))
            .setSandboxConfig(node.configOf(pod))
            .build();
    List<ListenableFuture<CreateContainerResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(node.client().runtimeLater().createContainer(request));
    }
    Set<String> ids = new HashSet<>();
    for (ListenableFuture<CreateContainerResponse> call : calls) {
      ids.add(call.get(30, TimeUnit.SECONDS).getContainerId());
    }
    assertThat(ids).hasSize(1);
  }
}
