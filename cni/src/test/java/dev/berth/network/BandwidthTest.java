package dev.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods' limits are Kubernetes quantities of bits a second. */
class BandwidthTest {

  @ParameterizedTest
  @CsvSource({
    "10M, 10000000",
    "1k, 1000",
    "1Ki, 1024",
    "2.5M, 2500000",
    "1Gi, 1073741824",
    "1e6, 1000000",
    "1P, 1000000000000000",
    "5000, 5000",
    "+7E3, 7000",
    "2000000m, 2000"
  })
  void quantitiesAreRead(String text, long bits) {
    assertThat(Bandwidth.of(Map.of(Bandwidth.INGRESS, text))).isEqualTo(new Bandwidth(bits, 0));
    assertThat(Bandwidth.of(Map.of(Bandwidth.EGRESS, text))).isEqualTo(new Bandwidth(0, bits));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "fast", "10 M", "-10M", "10Mb", "1K", "999", "0", "2P", "1e99", "1Ei", "0x10"})
  void otherTextsAreRefusedByTheAnnotationsName(String text) {
    assertThatThrownBy(() -> Bandwidth.of(Map.of(Bandwidth.EGRESS, text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kubernetes.io/egress-bandwidth")
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void withoutAnnotationsThereIsNoLimit() {
    assertThat(Bandwidth.of(Map.of()).isLimited()).isFalse();
  }
}
