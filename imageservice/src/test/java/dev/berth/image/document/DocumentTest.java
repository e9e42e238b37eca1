package dev.berth.image.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String D = "sha256:" + "a".repeat(64);
  private static final String CONFIG =
      "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
          + D
          + "\",\"size\":7}";

  private static Document read(String json, String type) {
    return Document.read(json.getBytes(UTF_8), type, "manifest of x");
  }

  private static String layer(String type, String size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%s}".formatted(type, D, size);
  }

  private static String manifest(String layers) {
    return "{\"schemaVersion\":2," + CONFIG + ",\"layers\":[" + layers + "]}";
  }

  @Test
  void aManifestIsRead() {
    String gzip = layer("application/vnd.oci.image.layer.v1.tar+gzip", "9");
    var manifest = (Manifest) read(manifest(gzip), OCI_MANIFEST);
    assertThat(manifest.layers()).hasSize(1);
    assertThat(manifest.contentSize()).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"layers\":[],\"manifests\":[]}",
        "{\"schemaVersion\":2,\"schemaVersion\":2,\"layers\":[]}",
        "{\"schemaVersion\":1,\"fsLayers\":[]}",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}",
        "{\"schemaVersion\":2,\"mediaType\":\"text/html\",\"layers\":[]}",
        "{\"schemaVersion\":\"2\",\"layers\":[]}",
        "{\"schemaVersion\":2,\"layers\":[],\"config\":null}",
        "{\"schemaVersion\":2,\"layers\":[],\"config\":{\"digest\":\"sha256:x\",\"size\":1}}",
      })
  void whatIsNoManifestIsRefused(String json) {
    assertThatThrownBy(() -> read(json, OCI_MANIFEST)).isInstanceOf(Fault.InvalidArgument.class);
  }

  @Test
  void layersOfForeignTypesOrSizesAreRefused() {
    String gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    for (String bad :
        List.of(
            layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "1"),
            layer(gzip, "-1"),
            layer(gzip, "1e99"),
            layer(gzip, "99999999999999"),
            layer(gzip, "1,\"urls\":[\"http://elsewhere.example/x\"]"))) {
      assertThatThrownBy(() -> read(manifest(bad), OCI_MANIFEST))
          .isInstanceOf(Fault.InvalidArgument.class);
    }
    String many = (layer(gzip, "1") + ",").repeat(500) + layer(gzip, "1");
    assertThatThrownBy(() -> read(manifest(many), OCI_MANIFEST)).hasMessageContaining("500");
  }

  @Test
  void theEntryForThisMachineIsChosen() {
    String entry =
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:%s\","
            + "\"size\":1,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\",\"variant\":\"%s\"}}";
    String json =
        "{\"schemaVersion\":2,\"manifests\":["
            + String.join(
                ",",
                entry.formatted("1".repeat(64), "unknown", "unknown", ""),
                entry.formatted("2".repeat(64), "linux", "amd64", "v3"),
                entry.formatted("3".repeat(64), "linux", "amd64", ""),
                entry.formatted("4".repeat(64), "linux", "arm64", "v8"))
            + "]}";
    Index index = (Index) read(json, OCI_INDEX);
    assertThat(index.choose(new Platform("linux", "amd64", ""), "x").digest().hex())
        .startsWith("3");
    assertThat(index.choose(new Platform("linux", "arm64", "v8"), "x").digest().hex())
        .startsWith("4");
    assertThatThrownBy(() -> index.choose(new Platform("linux", "s390x", ""), "index of x"))
        .isInstanceOf(Fault.NotFound.class)
        .hasMessageContaining("linux/s390x")
        .hasMessageContaining("linux/arm64/v8");
  }

  @Test
  void depthIsBounded() {
    String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
    assertThatThrownBy(() -> read(deep, OCI_INDEX)).isInstanceOf(Fault.InvalidArgument.class);
  }

  @Test
  void aConfigIsRead() {
    String json =
        """
        {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]},
         "config":{"User":"1:2","Env":["PATH=/bin","E="],"Entrypoint":["/e"],"Cmd":null,
         "WorkingDir":"w","Labels":{"a":"b"},"Volumes":{"/v":{}},"ExposedPorts":{"80/tcp":{}}}}
        """
            .formatted(D);
    ConfigDocument document = ConfigDocument.read(json.getBytes(UTF_8), "config of x");
    assertThat(document.diffIds()).hasSize(1);
    assertThat(document.config().user()).isEqualTo("1:2");
    assertThat(document.config().workingDir()).isEqualTo("/w");
    assertThat(document.config().volumes()).containsExactly("/v");
    assertThat(document.config().cmd()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"User\":7",
        "\"User\":\"a\\u0000b\"",
        "\"Env\":[\"=x\"]",
        "\"Env\":[\"noequals\"]",
        "\"Env\":\"A=b\"",
        "\"Cmd\":[null]",
        "\"Labels\":{\"a\":1}",
        "\"Volumes\":[\"/v\"]",
        "\"Entrypoint\":[\"a\\u0000\"]"
      })
  void aHostileConfigIsRefused(String field) {
    String json = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"config\":{" + field + "}}";
    assertThatThrownBy(() -> ConfigDocument.read(json.getBytes(UTF_8), "config of x"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("config of x");
  }
}
