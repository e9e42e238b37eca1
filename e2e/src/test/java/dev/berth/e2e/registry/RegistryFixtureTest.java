package dev.berth.e2e.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is pushed is what the real registry serves. */
class RegistryFixtureTest {
  @TempDir Path folder;

  @BeforeAll
  static void programIsThere() {
    assumeTrue(RegistryFixture.available(), "needs the program docker-registry");
  }

  @Test
  void servesImagesByTagAndDigest() throws Exception {
    Layer layer = new LayerBuilder().text("a", "b").build(Layer.Compression.ZSTD);
    BuiltImage image = new ImageBuilder().layer(layer).set("Cmd", List.of("a")).build();
    try (RegistryFixture registry = RegistryFixture.open(folder);
        Pusher pusher = new Pusher(registry.base())) {
      pusher.push("one/app", image, "1", "2");
      pusher.push("two/app", image, "1");
      pusher.pushIndex("three/app", List.of(image), List.of("amd64"), "all");
      for (String path : List.of("one/app/manifests/2", "two/app/manifests/" + image.digest())) {
        assertThat(get(registry, path).body()).isEqualTo(image.manifest());
      }
      assertThat(get(registry, "two/app/blobs/" + layer.digest()).body()).isEqualTo(layer.blob());
      assertThat(get(registry, "three/app/manifests/all").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void guardedRegistryAsksForTheLogin() throws Exception {
    BuiltImage image = new ImageBuilder().build();
    try (RegistryFixture registry = RegistryFixture.guarded(folder, Logins.HTPASSWD);
        Pusher stranger = new Pusher(registry.base());
        Pusher reader = new Pusher(registry.base(), Logins.USER, Logins.PASSWORD)) {
      assertThatThrownBy(() -> stranger.push("app", image, "1")).hasMessageContaining("401");
      reader.push("app", image, "1");
    }
  }

  @Test
  void hostsPointAtIt() throws IOException {
    try (RegistryFixture registry = RegistryFixture.open(folder)) {
      registry.writeHosts(folder.resolve("hosts"), "_default", "registry.k8s.io");
      assertThat(Files.readString(folder.resolve("hosts/registry.k8s.io/hosts.toml")))
          .contains("[host.\"" + registry.base() + "\"]");
    }
  }

  private static HttpResponse<byte[]> get(RegistryFixture registry, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI address = registry.base().resolve("/v2/" + path);
      HttpRequest request =
          HttpRequest.newBuilder(address)
              .header("Accept", "application/vnd.oci.image.manifest.v1+json")
              .header("Accept", "application/vnd.oci.image.index.v1+json")
              .build();
      return http.send(request, BodyHandlers.ofByteArray());
    }
  }
}
