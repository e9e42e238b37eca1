package dev.berth.spec.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check of config.json files finds what it is there for. */
class SpecFormTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static JsonNode json(String text) throws Exception {
    return MAPPER.readTree(text.replace('\'', '"'));
  }

  @Test
  void unlimitedIsTheLargestUnsignedNumber() throws Exception {
    var limit = new OciProcess.Rlimit("RLIMIT_MEMLOCK", -1, 1024);
    var process =
        new OciProcess(
            false,
            new OciProcess.User(0, 0, null, List.of()),
            List.of("true"),
            List.of(),
            "/",
            OciProcess.Capabilities.NONE,
            List.of(limit),
            true,
            null,
            0,
            null);
    JsonNode written = MAPPER.readTree(OciJson.write(process));
    assertThat(written.path("rlimits").path(0).path("soft").bigIntegerValue())
        .isEqualTo("18446744073709551615");
    assertThat(SpecForm.wrong(SpecForm.PROCESS, written)).isEmpty();
    assertThat(MAPPER.treeToValue(written.path("rlimits").path(0), OciProcess.Rlimit.class))
        .isEqualTo(limit);
  }

  @Test
  void mistakesAreFound() throws Exception {
    JsonNode process =
        json(
            "{'args':[],'env':['X'],'user':{'uid':-1,'gid':0},'color':1,"
                + "'rlimits':[{'type':'NOFILE','soft':-1,'hard':1}]}");
    assertThat(SpecForm.wrong(SpecForm.PROCESS, process))
        .anyMatch(w -> w.startsWith(".cwd is missing"))
        .anyMatch(w -> w.startsWith(".args = []"))
        .anyMatch(w -> w.startsWith(".env[0]"))
        .anyMatch(w -> w.startsWith(".user.uid = -1"))
        .anyMatch(w -> w.startsWith(".color: no such key"))
        .anyMatch(w -> w.startsWith(".rlimits[0].type"))
        .anyMatch(w -> w.startsWith(".rlimits[0].soft = -1"))
        .hasSize(7);
  }
}
