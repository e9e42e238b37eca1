package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.Cancellation;
import dev.berth.image.Image;
import dev.berth.image.Lease;
import dev.berth.image.PullRequest;
import dev.berth.image.layer.TarBuilder;
import dev.berth.image.reference.ImageId;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole pulls from a registry on loopback into a real store. */
class PullKernelTest {
  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;
  private final TestImage image =
      TestImage.of(
          new TarBuilder().file("etc/passwd", "root:x:0:0::/:/bin/sh\n").file("low", "1"),
          new TarBuilder().file("etc/group", "root:x:0:\n").file(".wh.low", ""));

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

  private String name(String target) {
    return registry.authority() + "/team/app" + target;
  }

  private void nothingIsLeft() throws IOException {
    assertThat(store.files()).isEmpty();
    assertThat(store.images.list()).isEmpty();
    assertThat(store.images.usage().usedBytes()).isZero();
  }

  @Test
  void anImageIsPulledByTagThroughAnIndex() throws IOException {
    registry.serve("team/app", "v1", image, true);
    Image pulled = store.pull(name(":v1"));
    assertThat(pulled.id().toString()).isEqualTo(image.id());
    assertThat(pulled.repoTags()).containsExactly(name(":v1"));
    assertThat(pulled.repoDigests()).hasSize(1);
    assertThat(pulled.config().cmd()).containsExactly("/bin/sh");
    assertThat(pulled.size()).isGreaterThan(image.manifest.length + image.config.length);
    assertThat(store.images.list()).containsExactly(pulled);
    try (Lease lease = store.images.lease(pulled.id())) {
      assertThat(lease.layers()).hasSize(2);
      assertThat(lease.layers().getFirst().resolve("etc/group")).exists();
      assertThat(lease.layers().getLast().resolve("etc/passwd")).exists();
    }
    assertThat(store.images.view(pulled.id()).read("/etc/passwd", 4096))
        .hasValueSatisfying(b -> assertThat(new String(b, UTF_8)).startsWith("root:"));
    assertThat(store.images.view(pulled.id()).read("/low", 4096)).isEmpty();
    assertThat(store.images.usage().inodesUsed()).isPositive();
  }

  @Test
  void everyNameFindsTheImage() {
    registry.serve("team/app", "v1", image, false);
    Image pulled = store.pull(name(":v1"));
    String hex = pulled.id().digest().hex();
    for (String each :
        List.of(
            name(":v1"),
            name("@" + image.manifestDigest()),
            pulled.id().toString(),
            hex,
            hex.substring(0, 12),
            "sha256:" + hex.substring(0, 5))) {
      assertThat(store.images.find(each)).as(each).contains(pulled);
    }
    assertThat(store.images.find(name(":v2"))).isEmpty();
    assertThat(store.images.find("0123456789abcdef")).isEmpty();
    assertThatThrownBy(() -> store.images.find("not a name"))
        .isInstanceOf(Fault.InvalidArgument.class);
  }

  @Test
  void pullingByDigestGivesNoTag() {
    registry.serve("team/app", "v1", image, false);
    Image pulled = store.pull(name(":v1@" + image.manifestDigest()));
    assertThat(pulled.repoTags()).isEmpty();
    assertThat(pulled.repoDigests()).containsExactly(name("@" + image.manifestDigest()));
  }

  @Test
  void aSecondPullFetchesOnlyTheManifestAndConfig() {
    registry.serve("team/app", "v1", image, false);
    Image first = store.pull(name(":v1"));
    assertThat(store.pull(name(":v1"))).isEqualTo(first);
    for (var layer : image.layers) {
      assertThat(registry.requestsOf(FakeRegistry.blobs("team/app", layer))).isEqualTo(1);
    }
  }

  @Test
  void imagesShareLayersAndRemovingOneLeavesTheOther() throws IOException {
    TarBuilder common = new TarBuilder().file("common", "c");
    byte[] shared = common.build();
    TestImage one =
        TestImage.ofTars(
            TestImage.Packing.GZIP, List.of(shared, new TarBuilder().file("a", "1").build()));
    TestImage two =
        TestImage.ofTars(
            TestImage.Packing.ZSTD, List.of(shared, new TarBuilder().file("b", "2").build()));
    registry.serve("team/app", "one", one, false);
    registry.serve("team/app", "two", two, false);
    store.pull(name(":one"));
    Image second = store.pull(name(":two"));
    assertThat(store.files().stream().filter(f -> f.startsWith("layers"))).hasSize(3);
    store.images.remove(name(":one"));
    assertThat(store.files().stream().filter(f -> f.startsWith("layers"))).hasSize(2);
    assertThat(store.images.list()).containsExactly(second);
    store.images.remove(second.id().toString());
    nothingIsLeft();
    store.images.remove(second.id().toString());
  }

  @Test
  void aMovedTagLeavesTheOldImageByItsDigest() {
    TestImage other = TestImage.of(new TarBuilder().file("x", "y"));
    registry.serve("team/app", "v1", image, false);
    Image old = store.pull(name(":v1"));
    registry.serve("team/app", "v1", other, false);
    Image fresh = store.pull(name(":v1"));
    assertThat(store.images.find(name(":v1"))).contains(fresh);
    assertThat(store.images.find(old.id().toString()).orElseThrow().repoTags()).isEmpty();
    assertThat(store.images.find(old.repoDigests().getFirst())).isPresent();
  }

  @Test
  void aRemovedImageStaysForItsContainersAndGoesWithTheLast() throws IOException {
    registry.serve("team/app", "v1", image, false);
    ImageId id = store.pull(name(":v1")).id();
    Lease first = store.images.lease(id);
    Lease second = store.images.lease(id);
    store.images.remove(name(":v1"));
    assertThat(store.images.list()).isEmpty();
    assertThat(store.images.find(id.toString())).isEmpty();
    first.close();
    first.close();
    assertThat(second.layers()).allSatisfy(layer -> assertThat(layer).exists());
    second.close();
    nothingIsLeft();
    assertThatThrownBy(() -> store.images.lease(id)).isInstanceOf(Fault.NotFound.class);
  }

  @Test
  void leasesAreTakenAgainAfterARestart() throws IOException {
    registry.serve("team/app", "v1", image, false);
    ImageId id = store.pull(name(":v1")).id();
    Lease before = store.images.lease(id);
    store.images.remove(name(":v1"));
    store.reopen();
    assertThat(before.layers()).allSatisfy(layer -> assertThat(layer).exists());
    Lease after = store.images.lease(id);
    store.images.sweep();
    assertThat(after.layers()).allSatisfy(layer -> assertThat(layer).exists());
    after.close();
    nothingIsLeft();
  }

  @Test
  void imagesAreThereAfterARestart() throws IOException {
    registry.serve("team/app", "v1", image, true);
    Image pulled = store.pull(name(":v1"));
    var used = store.images.usage().usedBytes();
    store.reopen();
    store.images.sweep();
    assertThat(store.images.list()).containsExactly(pulled);
    assertThat(store.images.usage().usedBytes()).isEqualTo(used);
    assertThat(store.pull(name(":v1"))).isEqualTo(pulled);
  }

  @Test
  void twoPullsAtOnceShareTheWork() throws Exception {
    registry.serve("team/app", "v1", image, false);
    CountDownLatch both = new CountDownLatch(1);
    registry.gate =
        exchange -> {
          if (exchange.getRequestURI().getPath().contains("/blobs/")) {
            awaitLatch(both);
          }
          return false;
        };
    try (var pool = Executors.newFixedThreadPool(4)) {
      List<CompletableFuture<Image>> pulls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        pulls.add(CompletableFuture.supplyAsync(() -> store.pull(name(":v1")), pool));
      }
      await().until(() -> registry.requests.size() >= 2);
      both.countDown();
      for (var pull : pulls) {
        assertThat(pull.get().id().toString()).isEqualTo(image.id());
      }
    }
    assertThat(registry.requestsOf(FakeRegistry.manifests("team/app", "v1"))).isEqualTo(1);
  }

  @Test
  void differentImagesAtOnceUnpackASharedLayerOnce() throws Exception {
    byte[] shared = new TarBuilder().file("big", new byte[1 << 20]).build();
    try (var pool = Executors.newFixedThreadPool(5)) {
      List<CompletableFuture<Image>> pulls = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        byte[] own = new TarBuilder().file("own", "own" + i).build();
        String tag = "t" + i;
        registry.serve(
            "team/app", tag, TestImage.ofTars(TestImage.Packing.GZIP, List.of(shared, own)), true);
        pulls.add(CompletableFuture.supplyAsync(() -> store.pull(name(":" + tag)), pool));
      }
      for (var pull : pulls) {
        pull.get();
      }
    }
    assertThat(store.images.list()).hasSize(5);
    assertThat(store.files().stream().filter(f -> f.startsWith("layers"))).hasSize(6);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aCallerThatGoesAwayDoesNotEndThePullOfAnother() throws Exception {
    registry.serve("team/app", "v1", image, false);
    CountDownLatch open = new CountDownLatch(1);
    registry.handler(
        FakeRegistry.blobs("team/app", image.layers.getFirst()),
        exchange -> {
          awaitLatch(open);
          FakeRegistry.serve(exchange, registry.contentOf(exchange.getRequestURI().getPath()));
        });
    AtomicReference<Runnable> cancel = new AtomicReference<>();
    Cancellation leaving =
        action -> {
          cancel.set(action);
          return () -> {};
        };
    try (var pool = Executors.newFixedThreadPool(2)) {
      var gone =
          CompletableFuture.supplyAsync(
              () -> store.images.pull(new PullRequest(name(":v1"), null), leaving), pool);
      await().until(() -> cancel.get() != null);
      var stays = CompletableFuture.supplyAsync(() -> store.pull(name(":v1")), pool);
      await().pollDelay(Duration.ofMillis(200)).until(() -> true);
      cancel.get().run();
      assertThatThrownBy(gone::get).hasCauseInstanceOf(Fault.Cancelled.class);
      open.countDown();
      assertThat(stays.get().id().toString()).isEqualTo(image.id());
    }
  }

  @Test
  void aPullThatNobodyWaitsForEndsAndLeavesNothing() throws Exception {
    registry.serve("team/app", "v1", image, false);
    CountDownLatch never = new CountDownLatch(1);
    registry.handler(
        FakeRegistry.blobs("team/app", image.layers.getFirst()), exchange -> awaitLatch(never));
    AtomicReference<Runnable> cancel = new AtomicReference<>();
    try (var pool = Executors.newFixedThreadPool(1)) {
      var gone =
          CompletableFuture.supplyAsync(
              () ->
                  store.images.pull(
                      new PullRequest(name(":v1"), null),
                      action -> {
                        cancel.set(action);
                        return () -> {};
                      }),
              pool);
      await().until(() -> registry.requests.size() >= 3);
      cancel.get().run();
      assertThatThrownBy(gone::get).hasCauseInstanceOf(Fault.Cancelled.class);
      await().untilAsserted(this::nothingIsLeft);
    }
    never.countDown();
  }

  @Test
  void aPullThatFailsAtAnyStepLeavesNothingAndSucceedsThen() throws IOException {
    registry.serve("team/app", "v1", image, true);
    List<String> steps = new ArrayList<>();
    for (String step :
        List.of("resolve", "verify", "config", "layers", "content", "sync", "record")) {
      for (boolean after : List.of(false, true)) {
        store.close();
        store = new StoreFixture(dir.resolve(step + after), failing(step, after, steps));
        assertThatThrownBy(() -> store.pull(name(":v1"))).hasMessageContaining("broken");
        if (!(step.equals("record") && after)) {
          nothingIsLeft();
        }
        store.reopen();
        store.images.sweep();
        assertThat(store.pull(name(":v1")).id().toString()).isEqualTo(image.id());
        store.images.remove(name(":v1"));
        nothingIsLeft();
      }
    }
    assertThat(steps)
        .contains(
            "1 resolve", "2 verify", "3 config", "4 layers", "5 content", "6 sync", "7 record");
  }

  private static Faults failing(String at, boolean late, List<String> seen) {
    return new Faults() {
      @Override
      public void before(String operation, int number, String step) throws Exception {
        seen.add(number + " " + step);
        if (!late && step.equals(at)) {
          throw new IOException("broken before " + step);
        }
      }

      @Override
      public void after(String operation, int number, String step) throws Exception {
        if (late && step.equals(at)) {
          throw new IOException("broken after " + step);
        }
      }
    };
  }
}
