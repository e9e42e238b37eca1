package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.spec.CapabilitySet;
import dev.berth.spec.oci.OciSeccomp;
import dev.berth.spec.oci.SpecForm;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The profile that other runtimes compile says what our own filter does. */
class OciProfileTest {
  private static final OciSeccomp PROFILE = OciProfile.runtimeDefault(CapabilitySet.DEFAULT);

  @Test
  void itIsOfTheSpecificationsForm() {
    JsonNode json =
        JsonMapper.builder()
            .defaultPropertyInclusion(
                com.fasterxml.jackson.annotation.JsonInclude.Value.construct(
                    com.fasterxml.jackson.annotation.JsonInclude.Include.NON_EMPTY,
                    com.fasterxml.jackson.annotation.JsonInclude.Include.ALWAYS))
            .build()
            .valueToTree(PROFILE);
    assertThat(SpecForm.wrong(SpecForm.SECCOMP, json)).isEmpty();
  }

  /** CVE-2026-31431. */
  @Test
  void noSocketIsMadeOfADangerousFamily() {
    List<OciSeccomp.Rule> sockets =
        PROFILE.syscalls().stream().filter(r -> r.names().contains("socket")).toList();
    assertThat(sockets).allMatch(r -> r.args().size() == 1).hasSizeGreaterThan(40);
    Set<Integer> families =
        sockets.stream()
            .map(r -> r.args().getFirst().valueTwo())
            .map(v -> v == null ? -1 : v.intValueExact())
            .collect(Collectors.toSet());
    assertThat(families).contains(1, 2, 10, 16, 17).doesNotContain(38, 40, -1);
    assertThat(PROFILE.architectures()).doesNotContain("SCMP_ARCH_X86");
    assertThat(PROFILE.syscalls())
        .noneMatch(r -> r.names().contains("socketcall") || r.names().contains("add_key"));
  }
}
