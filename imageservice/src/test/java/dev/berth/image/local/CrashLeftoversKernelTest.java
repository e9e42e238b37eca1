package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.image.Image;
import dev.berth.image.layer.TarBuilder;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon finds after another died, or after the disk was damaged. */
class CrashLeftoversKernelTest {
  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;
  private final TestImage image = TestImage.of(new TarBuilder().file("a", "1"));

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    registry = new FakeRegistry();
    registry.serve("app", "v1", image, false);
    store = new StoreFixture(dir, Faults.NONE);
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      store.close();
      registry.close();
    }
  }

  private Image pull() {
    return store.pull(registry.authority() + "/app:v1");
  }

  private Path file(String path) throws IOException {
    Path file = store.root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, "leftover");
  }

  @Test
  void leftoversGoAndImagesStay() throws IOException {
    Image pulled = pull();
    Set<String> whole = store.files();
    file("ingest/layer-9/etc/passwd");
    file("ingest/blob-3");
    file("trash/17-4/deep/er/file");
    file("layers/sha256/" + "0".repeat(64) + "/etc/half");
    file("layers/sha256/nonsense");
    file("blobs/sha256/" + "0".repeat(64));
    store.reopen();
    assertThat(store.images.list()).containsExactly(pulled);
    store.images.sweep();
    assertThat(store.files()).isEqualTo(whole);
  }

  @Test
  void aLayerOfAPullThatDiedIsNotTrusted() throws IOException {
    String hex = image.diffIds.getFirst().hex();
    file("layers/sha256/" + hex + "/half");
    Image pulled = pull();
    try (var lease = store.images.lease(pulled.id())) {
      assertThat(lease.layers().getFirst().resolve("half")).doesNotExist();
      assertThat(lease.layers().getFirst().resolve("a")).exists();
    }
  }

  @Test
  void aDamagedRecordIsAnAbsentImageAndAPullMendsIt() throws IOException {
    Image pulled = pull();
    Path record = store.root.resolve("records/sha256-" + pulled.id().digest().hex());
    byte[] good = Files.readAllBytes(record);
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 1;
    for (byte[] bad : new byte[][] {flipped, new byte[0], "x".getBytes(UTF_8)}) {
      Files.write(record, bad);
      store.reopen();
      store.images.sweep();
      assertThat(store.images.list()).isEmpty();
      assertThat(store.files()).isEmpty();
      assertThat(pull()).isEqualTo(pulled);
    }
  }

  @Test
  void aMissingLayerIsFetchedAgain() throws IOException {
    Image pulled = pull();
    Path layer = store.root.resolve("layers/sha256/" + image.diffIds.getFirst().hex());
    Files.delete(layer.resolve("a"));
    Files.delete(layer);
    store.reopen();
    store.images.sweep();
    assertThat(store.images.list()).isEmpty();
    assertThat(pull()).isEqualTo(pulled);
    assertThat(layer.resolve("a")).exists();
  }

  @Test
  void twoRecordsThatClaimATagAreSettledByTheNewer() throws IOException {
    Image old = pull();
    Path oldRecord = store.root.resolve("records/sha256-" + old.id().digest().hex());
    byte[] before = Files.readAllBytes(oldRecord);
    registry.serve("app", "v1", TestImage.of(new TarBuilder().file("b", "2")), false);
    Image fresh = pull();
    Files.write(oldRecord, before);
    store.reopen();
    assertThat(store.images.find(registry.authority() + "/app:v1").orElseThrow().id())
        .isEqualTo(fresh.id());
  }
}
