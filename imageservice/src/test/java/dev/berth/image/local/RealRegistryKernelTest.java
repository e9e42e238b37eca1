package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.Image;
import dev.berth.image.layer.TarBuilder;
import dev.berth.image.reference.Digest;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the distribution project's own registry, as Debian packages it. */
class RealRegistryKernelTest {
  private static final Path BINARY = Path.of("/usr/bin/docker-registry");

  @TempDir Path dir;
  private Process registry;
  private StoreFixture store;
  private String authority = "";
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    assumeTrue(Files.isExecutable(BINARY), BINARY + " (package docker-registry) is not installed");
    authority = "127.0.0.1:" + freePort();
    Path config = dir.resolve("registry.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: %s
        """
            .formatted(dir.resolve("registry"), authority));
    registry =
        new ProcessBuilder(BINARY.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("registry.log").toFile())
            .start();
    await().until(this::answers);
    store = new StoreFixture(dir, Faults.NONE);
  }

  @AfterEach
  void stop() throws InterruptedException {
    http.close();
    if (store != null) {
      store.close();
    }
    if (registry != null) {
      registry.destroy();
      registry.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    String[] parts = authority.split(":", 2);
    try (Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void push(TestImage image, String tag, boolean indexed) throws Exception {
    for (var blob : image.blobs.entrySet()) {
      String begun =
          send("POST", "/v2/team/app/blobs/uploads/", new byte[0], "application/octet-stream");
      String query = begun.contains("?") ? "&" : "?";
      send(
          "PUT",
          begun + query + "digest=" + blob.getKey(),
          blob.getValue(),
          "application/octet-stream");
    }
    String manifests = "/v2/team/app/manifests/";
    String target = indexed ? image.manifestDigest().toString() : tag;
    send("PUT", manifests + target, image.manifest, TestImage.MANIFEST_TYPE);
    if (indexed) {
      send("PUT", manifests + tag, image.index, TestImage.INDEX_TYPE);
    }
  }

  /** The answer's Location, or {@code ""}. */
  private String send(String method, String path, byte[] body, String type) throws Exception {
    URI uri = URI.create(path.startsWith("http") ? path : "http://" + authority + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .header("Content-Type", type)
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void imagesOfEveryPackingArePulledByTagAndDigest() throws Exception {
    for (TestImage.Packing packing : TestImage.Packing.values()) {
      TestImage image =
          TestImage.of(
              "\"User\":\"7\"",
              packing,
              new TarBuilder().file("etc/os-release", "base"),
              new TarBuilder().file("app", "built " + packing));
      String tag = packing.name().toLowerCase(Locale.ROOT);
      push(image, tag, packing == TestImage.Packing.GZIP);
      Image byTag = store.pull(authority + "/team/app:" + tag);
      assertThat(byTag.id().toString()).isEqualTo(image.id());
      assertThat(byTag.config().user()).isEqualTo("7");
      Image byDigest = store.pull(authority + "/team/app@" + image.manifestDigest());
      assertThat(byDigest.id()).isEqualTo(byTag.id());
      assertThat(byDigest.repoTags()).hasSize(1);
      assertThat(store.images.view(byTag.id()).read("/app", 100))
          .contains(("built " + packing).getBytes(UTF_8));
    }
    assertThat(store.images.list()).hasSize(3);
    for (Image image : store.images.list()) {
      store.images.remove(image.id().toString());
    }
    assertThat(store.files()).isEmpty();
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    push(TestImage.of(new TarBuilder().file("a", "b")), "v1", false);
    for (String target : new String[] {":v2", "@" + Digest.sha256(new byte[1])}) {
      assertThatThrownBy(() -> store.pull(authority + "/team/app" + target))
          .isInstanceOf(Fault.NotFound.class)
          .hasMessageContaining(authority);
    }
    assertThatThrownBy(() -> store.pull(authority + "/nobody/nothing"))
        .isInstanceOf(Fault.NotFound.class);
  }
}
