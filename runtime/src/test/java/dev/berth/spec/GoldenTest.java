package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.spec.HostFiles.Spread;
import dev.berth.spec.oci.OciJson;
import dev.berth.spec.oci.OciSpec;
import dev.berth.spec.oci.SpecForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * From a request in JSON to a spec in JSON. Each {@code NAME.request.json} holds pod, container and
 * image; {@code NAME.oci.json} the spec. With the environment variable BERTH_WRITE_GOLDEN set, the
 * specs are written instead of compared: read the difference before committing it.
 */
class GoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/berth/spec/golden");
  private static final FakeHost HOST =
      new FakeHost()
          .directory("/var/lib/kubelet/pods/u1/volumes/data")
          .directory("/var/lib/kubelet/pods/u1/volumes/token")
          .file("/var/lib/kubelet/pods/u1/etc-hosts")
          .file("/var/lib/kubelet/pods/u1/containers/web/term")
          .spread("/var/lib/csi", Spread.SHARED)
          .directory("/")
          .device("/dev/fuse", false, 10, 229)
          .device("/dev/sda", true, 8, 0);

  @TestFactory
  List<DynamicTest> everyRequestBecomesItsSpec() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(".request.json"))
          .map(n -> n.substring(0, n.length() - ".request.json".length()))
          .sorted()
          .map(n -> DynamicTest.dynamicTest(n, () -> compare(n)))
          .toList();
    }
  }

  private static void compare(String name) throws IOException {
    JsonNode request = read(name + ".request.json");
    OciSpec spec =
        new ContainerTranslator(Requests.FACTS, HOST)
            .translate(
                Requests.request(
                    request.path("container"), request.path("pod"), request.path("image")))
            .oci();
    Path golden = FOLDER.resolve(name + ".oci.json");
    if (System.getenv("BERTH_WRITE_GOLDEN") != null) {
      Files.writeString(golden, new String(OciJson.write(spec), StandardCharsets.UTF_8) + "\n");
    }
    assertThat(Requests.MAPPER.readTree(OciJson.write(spec)).toPrettyString())
        .isEqualTo(read(name + ".oci.json").toPrettyString());
    assertThat(OciJson.read(OciJson.write(spec))).isEqualTo(spec);
    assertThat(SpecForm.wrong(SpecForm.CONFIG, Requests.MAPPER.readTree(OciJson.write(spec))))
        .as("what the OCI runtime specification does not allow")
        .isEmpty();
  }

  private static JsonNode read(String name) throws IOException {
    return Requests.MAPPER.readTree(Files.readAllBytes(FOLDER.resolve(name)));
  }
}
