package dev.berth.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.Cancellation;
import dev.berth.image.CheckReport;
import dev.berth.image.CheckReport.Outcome;
import dev.berth.image.DiskUse;
import dev.berth.image.Image;
import dev.berth.image.Lease;
import dev.berth.image.PullProgress;
import dev.berth.image.PullRequest;
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

/** Damage on the disk is found, and only what is damaged is fetched again. */
class StoreCheckKernelTest {
  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;
  private final TestImage image =
      TestImage.of(
          new TarBuilder().file("a", "1").file("d/b", new byte[9000]).hardLink("c", "a"),
          new TarBuilder().file("top", "2").file("top", "3"));

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
    registry.requests.clear();
    return store.pull(registry.authority() + "/app:v1");
  }

  private Path layer(int index) {
    return store.root.resolve("layers/sha256/" + image.diffIds.get(index).hex());
  }

  private boolean fetched(int index) {
    return registry.requestsOf(FakeRegistry.blobs("app", image.layers.get(index))) > 0;
  }

  private CheckReport.Damage onlyDamage(boolean discard) {
    CheckReport report = store.images.check(discard);
    assertThat(report.damages()).hasSize(1);
    return report.damages().getFirst();
  }

  @Test
  void aSoundStoreHasNoDamage() {
    pull();
    CheckReport report = store.images.check(false);
    assertThat(report.damages()).isEmpty();
    assertThat(report.blobs()).isEqualTo(2);
    assertThat(report.layers()).isEqualTo(2);
  }

  @Test
  void aChangedLayerIsFetchedAgainAlone() throws IOException {
    Image pulled = pull();
    Files.delete(layer(0).resolve("d/b"));
    assertThat(onlyDamage(false).outcome()).isEqualTo(Outcome.REPORTED);
    assertThat(store.images.list()).containsExactly(pulled);
    CheckReport.Damage damage = onlyDamage(true);
    assertThat(damage.digest()).isEqualTo(image.diffIds.getFirst());
    assertThat(damage.images()).containsExactly(pulled.id());
    assertThat(damage.outcome()).isEqualTo(Outcome.DISCARDED);
    assertThat(store.images.find(image.id())).isEmpty();
    assertThat(pull()).isEqualTo(pulled);
    assertThat(fetched(0)).isTrue();
    assertThat(fetched(1)).isFalse();
    assertThat(layer(0).resolve("d/b")).hasSize(9000);
    assertThat(store.images.check(false).damages()).isEmpty();
  }

  @Test
  void aFlippedBitInAnUnpackedFileIsFoundAndItsLayerAloneFetchedAgain() throws IOException {
    Image pulled = pull();
    store.reopen();
    store.images.sweep();
    Path file = layer(0).resolve("d/b");
    var modified = Files.getLastModifiedTime(file);
    byte[] content = Files.readAllBytes(file);
    content[4711] ^= 4;
    Files.write(file, content);
    Files.setLastModifiedTime(file, modified);
    assertThat(onlyDamage(true).digest()).isEqualTo(image.diffIds.getFirst());
    registry.requests.clear();
    assertThat(pull()).isEqualTo(pulled);
    assertThat(fetched(0)).isTrue();
    assertThat(fetched(1)).isFalse();
    assertThat(store.images.check(false).damages()).isEmpty();
  }

  @Test
  void aLayerThatContainersRunFromStays() throws IOException {
    Image pulled = pull();
    try (Lease lease = store.images.lease(pulled.id())) {
      Files.delete(layer(1).resolve("top"));
      assertThat(onlyDamage(true).outcome()).isEqualTo(Outcome.IN_USE);
      assertThat(lease.layers()).allMatch(Files::isDirectory);
    }
    assertThat(onlyDamage(true).outcome()).isEqualTo(Outcome.DISCARDED);
  }

  @Test
  void aDamagedManifestIsWrittenAgain() throws IOException {
    Image pulled = pull();
    Path blob = store.root.resolve("blobs/sha256/" + image.manifestDigest().hex());
    Files.writeString(blob, "{}");
    assertThat(onlyDamage(true).digest()).isEqualTo(image.manifestDigest());
    assertThat(pull()).isEqualTo(pulled);
    assertThat(Digest.sha256(Files.readAllBytes(blob))).isEqualTo(image.manifestDigest());
    assertThat(fetched(0)).isFalse();
    assertThat(store.images.check(false).damages()).isEmpty();
  }

  @Test
  void aMissingLayerIsFoundWhenAContainerWantsIt() throws IOException {
    Image pulled = pull();
    Files.delete(layer(1).resolve("top"));
    Files.delete(layer(1));
    assertThatThrownBy(() -> store.images.lease(pulled.id()))
        .isInstanceOf(Fault.NotFound.class)
        .hasMessageContaining("pull it again");
    assertThat(store.images.list()).isEmpty();
    assertThat(pull()).isEqualTo(pulled);
    store.images.lease(pulled.id()).close();
    store.images.remove(image.id());
    assertThat(store.files()).isEmpty();
    assertThat(store.images.usage().usedBytes()).isZero();
  }

  @Test
  void anImageThatIsNotWholeIsRemovedWhole() throws IOException {
    pull();
    Files.delete(layer(0).resolve("d/b"));
    store.images.check(true);
    store.images.remove(image.id());
    assertThat(store.files()).isEmpty();
    assertThat(store.images.usage().usedBytes()).isZero();
    assertThat(store.images.usage().inodesUsed()).isZero();
  }

  @Test
  void whatCouldBeFreedIsWhatNobodyNeeds() {
    Image first = pull();
    TestImage other =
        TestImage.of(
            new TarBuilder().file("a", "1").file("d/b", new byte[9000]).hardLink("c", "a"),
            new TarBuilder().file("more", new byte[5000]));
    registry.serve("pinned/app", "v1", other, false);
    store.pull(registry.authority() + "/pinned/app:v1");
    DiskUse use = store.images.diskUse();
    assertThat(use.layers()).isEqualTo(3);
    assertThat(use.bytes()).isEqualTo(store.images.usage().usedBytes());
    long alone =
        use.images().stream().filter(i -> !i.pinned()).mapToLong(DiskUse.OfImage::alone).sum();
    assertThat(use.freeable()).isEqualTo(alone).isPositive();
    try (Lease _ = store.images.lease(first.id())) {
      assertThat(store.images.diskUse().freeable()).isZero();
    }
    assertThatThrownBy(() -> store.images.remove(registry.authority() + "/pinned/app:v1"))
        .isInstanceOf(Fault.FailedPrecondition.class);
  }

  @Test
  void aPullTellsHowFarItIs() {
    List<PullProgress> seen = new ArrayList<>();
    PullRequest request = new PullRequest(registry.authority() + "/app:v1", null);
    store.images.pull(request, Cancellation.NONE, seen::add);
    PullProgress last = seen.getLast();
    assertThat(last.ready()).isEqualTo(2);
    assertThat(last.fetched()).isEqualTo(last.size()).isPositive();
    seen.clear();
    store.images.pull(request, Cancellation.NONE, seen::add);
    assertThat(seen.getLast().ready()).isEqualTo(2);
    assertThat(seen.getLast().fetched()).isZero();
  }
}
