package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.Image;
import dev.berth.image.layer.TarBuilder;
import dev.berth.image.reference.Digest;
import dev.berth.steps.Faults;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportKernelTest {
  @TempDir Path dir;
  private StoreFixture store;
  private final byte[] tar = new TarBuilder().file("hello", "world").build();
  private final TestImage image = TestImage.of(new TarBuilder().file("hello", "world"));

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    store = new StoreFixture(dir, Faults.NONE);
  }

  @AfterEach
  void stop() {
    if (store != null) {
      store.close();
    }
  }

  private Image load(byte[] archive) {
    return store
        .images
        .importArchive(new ByteArrayInputStream(archive), Optional.of("berth/demo:1"), false)
        .getFirst();
  }

  private TarBuilder layout() {
    TarBuilder layout = new TarBuilder();
    image.blobs.forEach((digest, bytes) -> layout.file("blobs/sha256/" + digest.hex(), bytes));
    return layout
        .file("blobs/sha256/" + image.manifestDigest().hex(), image.manifest)
        .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  private String index() {
    return "{\"schemaVersion\":2,\"manifests\":[%s]}"
        .formatted(
            TestImage.descriptor(
                TestImage.MANIFEST_TYPE, image.manifestDigest(), image.manifest.length));
  }

  @Test
  void anOciLayoutIsImported() throws IOException {
    Image loaded = load(layout().file("./index.json", index()).build());
    assertThat(loaded.id().toString()).isEqualTo(image.id());
    assertThat(loaded.repoTags()).containsExactly("docker.io/berth/demo:1");
    assertThat(store.images.view(loaded.id()).read("hello", 10)).contains("world".getBytes(UTF_8));
    assertThat(store.files()).noneMatch(f -> f.startsWith("ingest"));
    assertThat(load(TarBuilder.gzip(layout().file("index.json", index()).build())))
        .isEqualTo(loaded);
  }

  @Test
  void aDockerArchiveIsImported() {
    String manifest =
        "[{\"Config\":\"c.json\",\"RepoTags\":[\"x:y\"],\"Layers\":[\"a/layer.tar\"]}]";
    Image loaded =
        load(
            new TarBuilder()
                .file("a/layer.tar", tar)
                .file("c.json", image.config)
                .file("manifest.json", manifest)
                .build());
    assertThat(loaded.id().toString()).isEqualTo(image.id());
    assertThat(loaded.repoDigests()).hasSize(1);
  }

  @Test
  void brokenArchivesAreRefusedAndLeaveNothing() throws IOException {
    byte[] wrong = image.config.clone();
    wrong[wrong.length - 2] ^= 1;
    byte[][] archives = {
      new byte[0],
      "no tar".repeat(200).getBytes(UTF_8),
      new TarBuilder().file("x", "y").build(),
      new TarBuilder().file("index.json", "{}").build(),
      new TarBuilder().file("index.json", index()).build(),
      new TarBuilder().file("index.json", new byte[5 << 20]).build(),
      new TarBuilder().file("manifest.json", "[]").build(),
      new TarBuilder().file("manifest.json", "[{\"Config\":\"../c\",\"Layers\":[]}]").build(),
      layout().file("oci-layout", "again").file("index.json", index()).build()
    };
    for (byte[] archive : archives) {
      assertThatThrownBy(() -> load(archive)).isInstanceOf(Fault.InvalidArgument.class);
      assertThat(store.files()).isEmpty();
    }
    byte[] lying =
        new TarBuilder()
            .file("index.json", index())
            .file("blobs/sha256/" + image.manifestDigest().hex(), image.manifest)
            .file("blobs/sha256/" + Digest.sha256(image.config).hex(), wrong)
            .build();
    assertThatThrownBy(() -> load(lying)).isInstanceOf(Fault.DataLoss.class);
    assertThat(store.files()).isEmpty();
  }

  @Test
  void whatIsExportedIsImportedWithTheSameDigests() throws IOException {
    try (FakeRegistry registry = new FakeRegistry()) {
      registry.serve("app", "v1", image, true);
      String name = registry.authority() + "/app:v1";
      store.pull(name);
      ByteArrayOutputStream none = new ByteArrayOutputStream();
      assertThatThrownBy(() -> store.images.exportArchive(name, none))
          .isInstanceOf(Fault.FailedPrecondition.class)
          .hasMessageContaining("was not kept");
      store.images.remove(name);
      store.keepBlobs = true;
      store.reopen();
      store.images.sweep();
      Image pulled = store.pull(name);
      assertThat(store.images.check(false).blobs()).isEqualTo(4);
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      store.images.exportArchive(image.id(), archive);
      store.images.remove(image.id());
      assertThat(store.files()).isEmpty();
      Image again =
          store
              .images
              .importArchive(
                  new ByteArrayInputStream(archive.toByteArray()), Optional.empty(), true)
              .getFirst();
      assertThat(again.id()).isEqualTo(pulled.id());
      assertThat(again.repoTags()).containsExactly(name);
      assertThat(again.pinned()).isTrue();
      assertThat(again.repoDigests()).first().asString().endsWith("@" + image.manifestDigest());
    }
  }
}
