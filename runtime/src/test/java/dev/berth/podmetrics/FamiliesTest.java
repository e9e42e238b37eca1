package dev.berth.podmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cri.v1.ListMetricDescriptorsRequest;
import dev.berth.cri.v1.MetricDescriptor;
import dev.berth.rpc.CallContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamiliesTest {
  @Test
  void everyMetricIsDescribedOnceWithHelpAndLabels() {
    List<MetricDescriptor> all =
        new ListMetricDescriptors()
            .call(ListMetricDescriptorsRequest.getDefaultInstance(), CallContext.patient())
            .getDescriptorsList();
    assertThat(all).extracting(MetricDescriptor::getName).doesNotHaveDuplicates().hasSize(56);
    assertThat(all).allSatisfy(one -> assertThat(one.getHelp()).endsWith("."));
    assertThat(all)
        .allSatisfy(
            one ->
                assertThat(one.getLabelKeysList())
                    .startsWith("container", "id", "image", "name", "namespace", "pod"));
  }

  @Test
  void aRowHasAValueForEachLabel() {
    Rows rows = new Rows(List.of("c", "/id", "i", "n", "ns", "p"), 5_000_000_000L);
    rows.addSeconds(Families.LAST_SEEN, 5_999_999_999L);
    rows.add(Families.RX_BYTES, 7, "eth0");
    assertThat(rows.rows().get(0).getValue().getValue()).isEqualTo(5);
    assertThat(rows.rows().get(1).getLabelValuesList())
        .containsExactly("c", "/id", "i", "n", "ns", "p", "eth0");
    assertThatThrownBy(() -> rows.add(Families.RX_BYTES, 7))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
