package dev.berth.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.StreamPodSandboxesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunksTest {
  @Test
  void everyItemOnceInMessagesThatAreNeverLarge() {
    String label = "x".repeat(10_000);
    var items =
        IntStream.range(0, 1000)
            .mapToObj(
                i -> PodSandbox.newBuilder().setId("pod" + i).putLabels("long", label).build());
    var chunks =
        new Chunks<PodSandbox, StreamPodSandboxesResponse>(
            items.iterator(),
            some -> StreamPodSandboxesResponse.newBuilder().addAllPodSandboxes(some).build());
    List<String> ids = new ArrayList<>();
    int messages = 0;
    for (var next = chunks.poll(); next != null; next = chunks.poll()) {
      assertThat(next.getSerializedSize()).isLessThan(2 << 20);
      next.getPodSandboxesList().forEach(pod -> ids.add(pod.getId()));
      messages++;
    }
    assertThat(chunks.ended()).isTrue();
    assertThat(messages).isGreaterThan(5);
    assertThat(ids).isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "pod" + i).toList());
  }
}
