package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.Container;
import dev.berth.cri.v1.ContainerFilter;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStateValue;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.PodSandboxFilter;
import dev.berth.cri.v1.PodSandboxState;
import dev.berth.cri.v1.PodSandboxStateValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The filters of the List calls, alone and together. */
class ListFiltersIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void podsByEachFilterAndByAll() {
    Node node = BED.node();
    String one = node.pod(node.podConfig("one").putLabels("tier", "a").build());
    String two = node.pod(node.podConfig("two").putLabels("tier", "a").build());
    node.stopPod(two);

    assertThat(pods(PodSandboxFilter.newBuilder())).containsExactlyInAnyOrder(one, two);
    assertThat(pods(PodSandboxFilter.newBuilder().setId(one))).containsExactly(one);
    assertThat(pods(PodSandboxFilter.newBuilder().setId(one.substring(0, 16))))
        .containsExactly(one);
    assertThat(pods(PodSandboxFilter.newBuilder().setId("none"))).isEmpty();
    assertThat(pods(inState(PodSandboxState.SANDBOX_READY))).containsExactly(one);
    assertThat(pods(inState(PodSandboxState.SANDBOX_NOTREADY))).containsExactly(two);
    assertThat(pods(PodSandboxFilter.newBuilder().putLabelSelector("tier", "a")))
        .containsExactlyInAnyOrder(one, two);
    assertThat(
            pods(
                PodSandboxFilter.newBuilder()
                    .putLabelSelector("tier", "a")
                    .putLabelSelector("app", "two")))
        .containsExactly(two);
    assertThat(pods(PodSandboxFilter.newBuilder().putLabelSelector("tier", "b"))).isEmpty();
    assertThat(pods(inState(PodSandboxState.SANDBOX_READY).setId(two))).isEmpty();
  }

  @Test
  void containersByEachFilterAndByAll() {
    Node node = BED.node();
    String pod = node.pod("first");
    String other = node.pod("second");
    String created = node.create(pod, Node.shell("created", "true"));
    String running = node.sleeper(pod, "running");
    String exited = node.run(other, Node.shell("exited", "true"));
    node.awaitExit(exited);

    assertThat(containers(ContainerFilter.newBuilder()))
        .containsExactlyInAnyOrder(created, running, exited);
    assertThat(containers(ContainerFilter.newBuilder().setId(running))).containsExactly(running);
    assertThat(containers(ContainerFilter.newBuilder().setId(running.substring(0, 16))))
        .containsExactly(running);
    assertThat(containers(inState(ContainerState.CONTAINER_CREATED))).containsExactly(created);
    assertThat(containers(inState(ContainerState.CONTAINER_RUNNING))).containsExactly(running);
    assertThat(containers(inState(ContainerState.CONTAINER_EXITED))).containsExactly(exited);
    assertThat(containers(ContainerFilter.newBuilder().setPodSandboxId(pod)))
        .containsExactlyInAnyOrder(created, running);
    assertThat(containers(ContainerFilter.newBuilder().setPodSandboxId(pod.substring(0, 16))))
        .containsExactlyInAnyOrder(created, running);
    assertThat(containers(ContainerFilter.newBuilder().putLabelSelector("part", "exited")))
        .containsExactly(exited);
    assertThat(containers(inState(ContainerState.CONTAINER_RUNNING).setPodSandboxId(other)))
        .isEmpty();
  }

  @Test
  void listedPodsSayWhatTheyAre() {
    Node node = BED.node();
    String id = node.pod(node.podConfig("said").putAnnotations("a", "b").build());
    PodSandbox listed =
        node.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItems(0);
    assertThat(listed.getId()).isEqualTo(id);
    assertThat(listed.getMetadata()).isEqualTo(node.configOf(id).getMetadata());
    assertThat(listed.getLabelsMap()).isEqualTo(node.configOf(id).getLabelsMap());
    assertThat(listed.getAnnotationsMap()).isEqualTo(node.configOf(id).getAnnotationsMap());
    assertThat(listed.getCreatedAt()).isEqualTo(node.podStatus(id).getCreatedAt());
  }

  private static List<String> pods(PodSandboxFilter.Builder filter) {
    return BED
        .node()
        .runtime()
        .listPodSandbox(ListPodSandboxRequest.newBuilder().setFilter(filter).build())
        .getItemsList()
        .stream()
        .map(PodSandbox::getId)
        .toList();
  }

  private static List<String> containers(ContainerFilter.Builder filter) {
    return BED
        .node()
        .runtime()
        .listContainers(ListContainersRequest.newBuilder().setFilter(filter).build())
        .getContainersList()
        .stream()
        .map(Container::getId)
        .toList();
  }

  private static PodSandboxFilter.Builder inState(PodSandboxState state) {
    return PodSandboxFilter.newBuilder()
        .setState(PodSandboxStateValue.newBuilder().setState(state));
  }

  private static ContainerFilter.Builder inState(ContainerState state) {
    return ContainerFilter.newBuilder().setState(ContainerStateValue.newBuilder().setState(state));
  }
}
