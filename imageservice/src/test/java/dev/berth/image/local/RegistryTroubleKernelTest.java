package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.layer.TarBuilder;
import dev.berth.image.reference.Digest;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pulls from registries that lie, hang, break off and refuse: the right fault, and nothing left.
 */
class RegistryTroubleKernelTest {
  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;
  private final CountDownLatch end = new CountDownLatch(1);
  private final TestImage image = TestImage.of(new TarBuilder().file("noise", noise(300_000)));

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    registry = new FakeRegistry();
    store = new StoreFixture(dir, Faults.NONE);
    registry.serve("app", "v1", image, false);
  }

  @AfterEach
  void stop() {
    end.countDown();
    if (registry != null) {
      store.close();
      registry.close();
    }
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private String layerPath() {
    return FakeRegistry.blobs("app", image.layers.getFirst());
  }

  private byte[] layerBytes() {
    return image.blob(image.layers.getFirst());
  }

  private void fails(Class<? extends Fault> fault, String... words) throws IOException {
    String reference = registry.authority() + "/app:v1";
    assertThatThrownBy(() -> store.pull(reference))
        .isInstanceOf(fault)
        .message()
        .contains(reference)
        .contains(words);
    assertThat(store.files()).isEmpty();
    assertThat(store.images.list()).isEmpty();
  }

  private void hang(HttpExchange exchange) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void liesAboutDigests() throws IOException {
    byte[] other = layerBytes().clone();
    other[other.length - 3] ^= 1;
    registry.blob("app", image.layers.getFirst(), other);
    fails(Fault.DataLoss.class, "digest mismatch", image.layers.getFirst().toString());
    registry.blob("app", image.layers.getFirst(), "short".getBytes(UTF_8));
    fails(Fault.DataLoss.class, "digest mismatch");
    registry.serve("app", "v1", image, false);
    registry.blob("app", Digest.sha256(image.config), image.manifest);
    fails(Fault.DataLoss.class, "digest mismatch");
    registry.serve("app", "v1", image, true);
    registry.content(
        FakeRegistry.manifests("app", image.manifestDigest().toString()),
        image.config,
        TestImage.MANIFEST_TYPE);
    fails(Fault.DataLoss.class, "digest mismatch");
    registry.handler(
        FakeRegistry.manifests("app", "v1"),
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", "sha256:../../../etc");
          exchange.sendResponseHeaders(200, image.manifest.length);
          exchange.getResponseBody().write(image.manifest);
        });
    fails(Fault.InvalidArgument.class, "bad digest");
  }

  @Test
  void liesAboutWhatItSends() throws IOException {
    String path = FakeRegistry.manifests("app", "v1");
    registry.content(path, image.manifest, TestImage.INDEX_TYPE);
    fails(Fault.InvalidArgument.class, "calls itself");
    registry.content(path, "<html>".getBytes(UTF_8), "text/html");
    fails(Fault.InvalidArgument.class, "JSON");
    registry.content(path, new byte[5 << 20], TestImage.MANIFEST_TYPE);
    fails(Fault.InvalidArgument.class, "larger than");
    registry.content(
        path,
        "{\"schemaVersion\":1,\"fsLayers\":[]}".getBytes(UTF_8),
        "application/vnd.docker.distribution.manifest.v1+prettyjws");
    fails(Fault.InvalidArgument.class, "schema 1");
  }

  @Test
  void hangsBeforeAndInTheMiddle() throws IOException {
    registry.handler(layerPath(), this::hang);
    fails(Fault.DeadlineExceeded.class, "did not answer");
    registry.handler(
        layerPath(),
        exchange -> {
          exchange.sendResponseHeaders(200, layerBytes().length);
          exchange.getResponseBody().write(layerBytes(), 0, 100_000);
          exchange.getResponseBody().flush();
          hang(exchange);
        });
    fails(Fault.DeadlineExceeded.class, "sent nothing");
  }

  @Test
  void aBrokenConnectionIsTakenUpWhereItWas() {
    registry.handler(layerPath(), this::halfAtATime);
    assertThat(store.pull(registry.authority() + "/app:v1").id().toString()).isEqualTo(image.id());
    assertThat(registry.requestsOf(layerPath())).isGreaterThan(2);
  }

  /** Says it sends all from the asked place on and breaks off after at most 100,000 bytes. */
  private void halfAtATime(HttpExchange exchange) throws IOException {
    byte[] all = layerBytes();
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replace("bytes=", "").replace("-", ""));
    int status = range == null ? 200 : 206;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
    exchange.sendResponseHeaders(status, all.length - from);
    int n = Math.min(100_000, all.length - from);
    exchange.getResponseBody().write(all, from, n);
    exchange.getResponseBody().flush();
    if (from + n < all.length) {
      throw new IOException("breaks off");
    }
  }

  @Test
  void aLaterPullGoesOnWhereAnEarlierOneBrokeOff() throws IOException {
    registry.gate =
        exchange -> exchange.getRequestURI().getPath().equals(layerPath()) && half(exchange);
    assertThatThrownBy(() -> store.pull(registry.authority() + "/app:v1"))
        .isInstanceOf(Fault.Unavailable.class);
    store.reopen();
    store.images.sweep();
    List<String> ranges = new CopyOnWriteArrayList<>();
    registry.gate =
        exchange -> {
          if (exchange.getRequestURI().getPath().equals(layerPath())) {
            ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
          }
          return false;
        };
    assertThat(store.pull(registry.authority() + "/app:v1").id().toString()).isEqualTo(image.id());
    assertThat(ranges).hasSize(1).allMatch(range -> range.matches("bytes=[1-9][0-9]{4,}-"));
    assertThat(store.root.resolve("partial")).isEmptyDirectory();
  }

  @Test
  void whatAnEarlierPullLeftIsNotTrusted() throws IOException {
    Path left = store.root.resolve("partial/sha256-" + image.layers.getFirst().hex());
    Files.write(left, new byte[120_000]);
    assertThat(store.pull(registry.authority() + "/app:v1").id().toString()).isEqualTo(image.id());
    assertThat(registry.requestsOf(layerPath())).isEqualTo(2);
    assertThat(left).doesNotExist();
  }

  /** Promises all and sends half, or nothing where a rest is asked for. */
  private boolean half(HttpExchange exchange) throws IOException {
    byte[] bytes = layerBytes();
    exchange.sendResponseHeaders(200, bytes.length);
    if (exchange.getRequestHeaders().getFirst("Range") == null) {
      exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
      exchange.getResponseBody().flush();
    }
    throw new IOException("broken off");
  }

  @Test
  void breaksOffForEver() throws IOException {
    registry.handler(
        layerPath(),
        exchange -> {
          exchange.sendResponseHeaders(200, layerBytes().length);
          exchange.getResponseBody().write(layerBytes(), 0, 50_000);
          exchange.getResponseBody().flush();
          throw new IOException("breaks off");
        });
    fails(Fault.Unavailable.class, "blob", image.layers.getFirst().toString());
  }

  @Test
  void unreachableNotFoundAndRefusedAreToldApart() throws IOException {
    assertThatThrownBy(() -> store.pull(registry.authority() + "/app:v2"))
        .isInstanceOf(Fault.NotFound.class)
        .hasMessageContaining("/app:v2")
        .hasMessageContaining("no such thing");
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    assertThatThrownBy(() -> store.pull("127.0.0.1:" + closed + "/app:v1"))
        .isInstanceOf(Fault.Unavailable.class)
        .hasMessageContaining("cannot reach http://127.0.0.1:" + closed);
    for (int status : List.of(401, 403)) {
      registry.handler(layerPath(), exchange -> exchange.sendResponseHeaders(status, -1));
      fails(Fault.Unauthenticated.class, "" + status);
    }
    for (int status : List.of(429, 500, 503)) {
      registry.handler(layerPath(), exchange -> exchange.sendResponseHeaders(status, -1));
      fails(Fault.Unavailable.class, "" + status);
    }
    registry.handler(layerPath(), exchange -> exchange.sendResponseHeaders(404, -1));
    fails(Fault.NotFound.class, "404");
  }

  @Test
  void aLayerThatEscapesIsRefusedWhole() throws IOException {
    TestImage escaping =
        TestImage.of(
            new TarBuilder().file("fine", "1"), new TarBuilder().file("../../escaped", "bad"));
    registry.serve("app", "v1", escaping, false);
    fails(Fault.InvalidArgument.class, "../../escaped");
  }

  @Test
  void redirectsToNowhereAreRefused() throws IOException {
    for (String target : List.of(layerPath(), "file:///etc/passwd", "http://u:p@h/", "::")) {
      registry.handler(
          layerPath(),
          exchange -> {
            exchange.getResponseHeaders().set("Location", target);
            exchange.sendResponseHeaders(307, -1);
          });
      fails(Fault.Unavailable.class, "redirects");
    }
  }
}
