package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.Image;
import dev.berth.image.ImageConfig;
import dev.berth.image.Lease;
import dev.berth.image.layer.TarBuilder;
import dev.berth.image.reference.Digest;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OCI artifacts: files of any kind by their titles. */
class ArtifactKernelTest {
  private static final byte[] EMPTY = "{}".getBytes(UTF_8);
  private static final byte[] PACKED = TarBuilder.gzip("data\n".getBytes(UTF_8));

  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    registry = new FakeRegistry();
    store = new StoreFixture(dir, Faults.NONE);
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      store.close();
      registry.close();
    }
  }

  /** Serves an artifact of files that come as title and content. */
  private String serve(String title, byte[] content, String... more) {
    List<String> layers = new ArrayList<>();
    layers.add(file(title, content));
    for (int i = 0; i < more.length; i += 2) {
      layers.add(file(more[i], more[i + 1].getBytes(UTF_8)));
    }
    Digest config = Digest.sha256(EMPTY);
    registry.blob("app", config, EMPTY);
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"artifactType\":\"application/x.model\","
            .formatted(TestImage.MANIFEST_TYPE);
    String type = "application/vnd.oci.empty.v1+json";
    manifest += "\"config\":" + TestImage.descriptor(type, config, EMPTY.length);
    manifest += ",\"layers\":[" + String.join(",", layers) + "]}";
    registry.content(
        FakeRegistry.manifests("app", "v1"), manifest.getBytes(UTF_8), TestImage.MANIFEST_TYPE);
    return Digest.sha256(manifest.getBytes(UTF_8)).toString();
  }

  private String file(String title, byte[] content) {
    Digest digest = Digest.sha256(content);
    registry.blob("app", digest, content);
    String descriptor = TestImage.descriptor("application/x.data", digest, content.length);
    return title.isEmpty()
        ? descriptor
        : descriptor.replaceFirst(
            "}$", ",\"annotations\":{\"org.opencontainers.image.title\":\"" + title + "\"}}");
  }

  private Image pull() {
    return store.pull(registry.authority() + "/app:v1");
  }

  @Test
  void itsFilesLieInItsLayersAsTheyAre() throws IOException {
    String id = serve("weights.gz", PACKED, "dir/notes", "notes\n", "", "untitled");
    Image artifact = pull();
    assertThat(artifact.id()).hasToString(id);
    assertThat(artifact.config()).isEqualTo(ImageConfig.EMPTY);
    assertThat(pull()).isEqualTo(artifact);
    try (Lease lease = store.images.lease(artifact.id())) {
      List<Path> layers = lease.layers();
      assertThat(layers).hasSize(3);
      assertThat(layers.get(2).resolve("weights.gz")).hasBinaryContent(PACKED);
      assertThat(layers.get(1).resolve("dir/notes")).hasContent("notes\n");
      String digest = Digest.sha256("untitled".getBytes(UTF_8)).hex();
      assertThat(layers.get(0).resolve(digest)).hasContent("untitled");
    }
    assertThat(store.images.check(false).damages()).isEmpty();
    store.reopen();
    store.images.sweep();
    assertThat(store.images.list()).containsExactly(artifact);
    store.images.remove(id);
    assertThat(store.files()).isEmpty();
  }

  @Test
  void aTitleLeadsNowhereElse() throws IOException {
    serve("../../../escaped", PACKED);
    assertThatThrownBy(this::pull).isInstanceOf(Fault.InvalidArgument.class);
    serve("n".repeat(101), PACKED);
    assertThatThrownBy(this::pull)
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("longer than 100 bytes");
    serve("same", PACKED, "same", "other");
    assertThatThrownBy(this::pull)
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("have a title twice");
    assertThat(store.files()).isEmpty();
    assertThat(Files.exists(dir.resolve("escaped"))).isFalse();
  }

  @Test
  void aFileThatIsNotWhatWasStatedIsRefused() throws IOException {
    serve("data", PACKED);
    registry.blob("app", Digest.sha256(PACKED), "something else".getBytes(UTF_8));
    assertThatThrownBy(this::pull).isInstanceOf(Fault.DataLoss.class);
    assertThat(store.files()).isEmpty();
  }
}
