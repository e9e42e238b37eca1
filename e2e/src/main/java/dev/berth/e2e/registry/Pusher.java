package dev.berth.e2e.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Uploads images by the registry's HTTP interface (OCI distribution spec, "Push"): each blob once,
 * mounted from where it already is afterwards. Safe for use by several threads.
 */
public final class Pusher implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI base;
  private final @Nullable String authorization;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> homes = new ConcurrentHashMap<>();

  /** Pushes to {@code base}, such as {@code http://127.0.0.1:5000}, without a login. */
  public Pusher(URI base) {
    this.base = base;
    this.authorization = null;
  }

  /** Pushes with a user's name and password. */
  public Pusher(URI base, String user, String password) {
    this.base = base;
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** Pushes an image under every tag; the manifest's digest can be asked for too. */
  public void push(String repository, BuiltImage image, String... tags) throws IOException {
    for (Layer layer : image.layers()) {
      blob(repository, layer.blob());
    }
    blob(repository, image.config());
    manifest(repository, image.digest(), image.manifestType(), image.manifest());
    for (String tag : tags) {
      manifest(repository, tag, image.manifestType(), image.manifest());
    }
  }

  /** Pushes the images of an index by digest, then the index under its tag. */
  public void pushIndex(
      String repository, List<BuiltImage> images, List<String> architectures, String tag)
      throws IOException {
    for (BuiltImage image : images) {
      push(repository, image);
    }
    byte[] index = ImageBuilder.index(images, architectures);
    manifest(repository, tag, "application/vnd.oci.image.index.v1+json", index);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private void blob(String repository, byte[] content) throws IOException {
    String digest = Digests.sha256(content);
    String home = homes.putIfAbsent(digest, repository);
    if (repository.equals(home)) {
      return;
    }
    String query = home == null ? "" : "?mount=" + digest + "&from=" + home;
    HttpResponse<String> begun =
        send(
            request("/v2/" + repository + "/blobs/uploads/" + query).POST(BodyPublishers.noBody()));
    if (begun.statusCode() == 201) {
      return;
    }
    expect(begun, 202, "begin an upload to " + repository);
    URI location = base.resolve(begun.headers().firstValue("Location").orElseThrow());
    String separator = location.getRawQuery() == null ? "?" : "&";
    HttpResponse<String> done =
        send(
            request(location + separator + "digest=" + digest)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content)));
    expect(done, 201, "upload " + digest + " to " + repository);
  }

  private void manifest(String repository, String name, String mediaType, byte[] content)
      throws IOException {
    HttpResponse<String> done =
        send(
            request("/v2/" + repository + "/manifests/" + name)
                .header("Content-Type", mediaType)
                .PUT(BodyPublishers.ofByteArray(content)));
    expect(done, 201, "put manifest " + repository + ":" + name);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while pushing to " + base);
    }
  }

  private static void expect(HttpResponse<String> response, int status, String what)
      throws IOException {
    if (response.statusCode() != status) {
      throw new IOException(
          what + ": status " + response.statusCode() + " " + response.body().strip());
    }
  }
}
