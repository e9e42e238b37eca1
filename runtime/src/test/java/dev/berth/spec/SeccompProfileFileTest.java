package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.spec.oci.OciSeccomp;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompProfileFileTest {
  private static OciSeccomp parse(String json) {
    return SeccompProfileFile.parse(
        "f", "/p.json", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aProfile() {
    OciSeccomp profile =
        parse(
            """
            {'comment': 'x', 'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38,
             'architectures': ['SCMP_ARCH_X86_64'],
             'syscalls': [
               {'names': ['read', 'write'], 'action': 'SCMP_ACT_ALLOW'},
               {'names': ['socket'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 97,
                'args': [{'index': 0, 'value': 18446744073709551615, 'op': 'SCMP_CMP_EQ'}]}]}
            """);
    assertThat(profile.defaultErrnoRet()).isEqualTo(38);
    assertThat(profile.syscalls()).hasSize(2);
    assertThat(profile.syscalls().get(1).args().getFirst().value())
        .isEqualTo(new BigInteger("18446744073709551615"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the profile has 0 bytes",
        "[] | the profile is not a JSON object",
        "{ | the profile is not the JSON it should be",
        "{} | the profile has the action \"null\"",
        "{\"defaultAction\": \"ALLOW\"} | the profile has the action \"ALLOW\"",
        "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"action\": \"SCMP_ACT_LOG\"}]}"
            + " | the profile has a rule without names",
        "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": []} | has the key archMap",
        "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"a\"],"
            + " \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {}}]} | has the key includes",
        "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"a\"],"
            + " \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 6, \"value\": 1,"
            + " \"op\": \"SCMP_CMP_EQ\"}]}]} | has the condition",
      })
  void whatIsNoProfile(String json, String why) {
    assertThatThrownBy(() -> parse(json))
        .hasMessageStartingWith("f \"/p.json\": ")
        .hasMessageContaining(why);
  }
}
