package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.berth.image.reference.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A registry on loopback that serves what it is given and misbehaves where a test says so. */
final class FakeRegistry implements AutoCloseable {

  @SuppressWarnings("ArrayRecordComponent") // served as it is
  record Content(byte[] bytes, String type) {}

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Content> contents = new ConcurrentHashMap<>();
  private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();

  /** {@code path authorization} of every request, in order. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Asked before anything is served; may answer itself by returning true. */
  volatile Gate gate = exchange -> false;

  interface Gate {
    boolean answer(HttpExchange exchange) throws IOException;
  }

  FakeRegistry() throws IOException {
    this(HttpServer.create(loopback(), 0));
  }

  /** One behind TLS that wants a certificate of its clients. */
  static FakeRegistry secure(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = context.getDefaultSSLParameters();
            wanted.setNeedClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    return new FakeRegistry(server);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private FakeRegistry(HttpServer server) {
    this.server = server;
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Serves an image by tag and digest, as a manifest or within an index. */
  void serve(String repository, String tag, TestImage image, boolean indexed) {
    image.blobs.forEach((digest, bytes) -> blob(repository, digest, bytes));
    Content manifest = new Content(image.manifest, TestImage.MANIFEST_TYPE);
    Content index = new Content(image.index, TestImage.INDEX_TYPE);
    contents.put(manifests(repository, tag), indexed ? index : manifest);
    contents.put(manifests(repository, Digest.sha256(image.manifest).toString()), manifest);
    contents.put(manifests(repository, Digest.sha256(image.index).toString()), index);
  }

  void blob(String repository, Digest digest, byte[] bytes) {
    contents.put(blobs(repository, digest), new Content(bytes, "application/octet-stream"));
  }

  void content(String path, byte[] bytes, String type) {
    contents.put(path, new Content(bytes, type));
  }

  void handler(String path, HttpHandler handler) {
    handlers.put(path, handler);
  }

  static String manifests(String repository, String target) {
    return "/v2/" + repository + "/manifests/" + target;
  }

  static String blobs(String repository, Digest digest) {
    return "/v2/" + repository + "/blobs/" + digest;
  }

  long requestsOf(String path) {
    return requests.stream().filter(r -> r.startsWith(path + " ")).count();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    requests.add(path + " " + authorization);
    try (exchange) {
      HttpHandler special = handlers.get(path);
      if (special != null) {
        special.handle(exchange);
      } else if (!gate.answer(exchange)) {
        serve(exchange, contents.get(path));
      }
    }
  }

  static void serve(HttpExchange exchange, @Nullable Content content) throws IOException {
    if (content == null) {
      byte[] error =
          "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no such thing\"}]}"
              .getBytes(UTF_8);
      exchange.sendResponseHeaders(404, error.length);
      exchange.getResponseBody().write(error);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", content.type());
    exchange.sendResponseHeaders(200, content.bytes().length == 0 ? -1 : content.bytes().length);
    exchange.getResponseBody().write(content.bytes());
  }

  @Nullable Content contentOf(String path) {
    return contents.get(path);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
