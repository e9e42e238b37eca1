package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.Capability;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilityChoiceTest {
  private static List<String> words(@Nullable String text) {
    return text == null ? List.of() : Arrays.asList(text.split(" "));
  }

  private static CapabilityChoice choose(
      @Nullable String add, @Nullable String drop, boolean privileged, long has) {
    Capability request =
        Capability.newBuilder()
            .addAllAddCapabilities(words(add))
            .addAllDropCapabilities(words(drop))
            .build();
    return CapabilityChoice.of("c", request, privileged, has);
  }

  @ParameterizedTest
  @CsvSource({
    ", 00000000a80425fb",
    "ALL, 000001ffffffffff",
    "all, 000001ffffffffff",
    "NET_ADMIN, 00000000a80435fb",
    "CAP_NET_ADMIN, 00000000a80435fb",
    "cap_net_admin, 00000000a80435fb",
  })
  void added(@Nullable String add, String mask) {
    assertThat(choose(add, null, false, CapabilitySet.ALL).mask())
        .isEqualTo(Long.parseLong(mask, 16));
  }

  @ParameterizedTest
  @CsvSource({
    ", ALL, 0",
    "ALL, ALL, 0",
    "NET_ADMIN, ALL, 1000",
    ", NET_RAW, a80405fb",
    "NET_ADMIN, NET_ADMIN, a80425fb",
    "ALL, SYS_ADMIN, 1ffffdfffff",
  })
  void dropped(@Nullable String add, String drop, String mask) {
    assertThat(choose(add, drop, false, CapabilitySet.ALL).mask())
        .isEqualTo(Long.parseLong(mask, 16));
  }

  @Test
  void theDaemonGivesWhatItHasAndSaysSo() {
    long has = CapabilitySet.ALL & ~(1L << 24);
    CapabilityChoice choice = choose(null, "ALL", true, has);
    assertThat(choice.mask()).isEqualTo(has);
    assertThat(CapabilitySet.names(choice.withheld())).containsExactly("CAP_SYS_RESOURCE");
  }

  /** CVE-2022-29162 and its neighbours, CVE-2018-1000400: nothing inheritable, nothing ambient. */
  @Test
  void inheritableAndAmbientAreEmptyUnlessAmbientIsNamed() {
    assertThat(choose("ALL", null, false, CapabilitySet.ALL).toOci().inheritable()).isEmpty();
    assertThat(choose("ALL", null, true, CapabilitySet.ALL).toOci().ambient()).isEmpty();
    Capability request =
        Capability.newBuilder()
            .addDropCapabilities("ALL")
            .addAddAmbientCapabilities("NET_BIND_SERVICE")
            .build();
    var sets = CapabilityChoice.of("c", request, false, CapabilitySet.ALL).toOci();
    assertThat(sets.ambient()).containsExactly("CAP_NET_BIND_SERVICE");
    assertThat(sets.inheritable()).isEqualTo(sets.ambient());
    assertThat(sets.permitted()).isEqualTo(sets.ambient());
  }

  @Test
  void namesAndNumbersAgree() {
    assertThat(CapabilitySet.mask(CapabilitySet.names(CapabilitySet.ALL)))
        .isEqualTo(CapabilitySet.ALL);
    assertThat(CapabilitySet.number("CHECKPOINT_RESTORE")).hasValue(40);
    assertThat(CapabilitySet.number("nonsense")).isEmpty();
  }
}
