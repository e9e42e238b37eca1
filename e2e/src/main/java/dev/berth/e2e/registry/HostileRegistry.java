package dev.berth.e2e.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A registry that serves one image under every name and does one thing wrong. Ends with {@link
 * #close}, which also lets go of whom it keeps waiting.
 */
public final class HostileRegistry implements AutoCloseable {
  /** What it does wrong. */
  public enum Fault {
    /** Nothing: for counting requests. */
    NONE,
    /** Layers have other bytes than their digest says, at the right length. */
    WRONG_LAYER,
    /** The config has other bytes than its digest says, at the right length. */
    WRONG_CONFIG,
    /** The manifest asked for by digest is another one. */
    WRONG_MANIFEST,
    /** Layers stop in the middle, the connection stays open. */
    LAYER_HANGS,
    /** Nobody answers after the connection is made. */
    ALL_HANGS,
    /** Layers end early. */
    LAYER_SHORT,
  }

  private final Fault fault;
  private final BuiltImage image;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, byte[]> blobs = new HashMap<>();
  private final AtomicInteger layerRequests = new AtomicInteger();

  /** Starts on a free loopback port. */
  public HostileRegistry(Fault fault, BuiltImage image) throws IOException {
    this.fault = fault;
    this.image = image;
    image.layers().forEach(layer -> blobs.put(layer.digest(), layer.blob()));
    blobs.put(image.id(), image.config());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(threads);
    server.createContext("/v2/", this::answer);
    server.start();
  }

  /** The base address. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often a layer was asked for with GET. */
  public int layerRequests() {
    return layerRequests.get();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (fault == Fault.ALL_HANGS) {
        hang();
        return;
      }
      String path = exchange.getRequestURI().getPath();
      if (path.contains("/manifests/")) {
        manifest(exchange);
      } else if (path.contains("/blobs/")) {
        blob(exchange, path.substring(path.lastIndexOf('/') + 1));
      } else {
        send(exchange, "application/json", new byte[] {'{', '}'});
      }
    }
  }

  private void manifest(HttpExchange exchange) throws IOException {
    byte[] manifest = image.manifest();
    if (fault == Fault.WRONG_MANIFEST) {
      manifest =
          new String(manifest, StandardCharsets.UTF_8)
              .replace("{\"schemaVersion\":2", "{ \"schemaVersion\":2")
              .getBytes(StandardCharsets.UTF_8);
    }
    exchange.getResponseHeaders().set("Docker-Content-Digest", image.digest());
    send(exchange, image.manifestType(), manifest);
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    byte[] content = blobs.get(digest);
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    boolean layer = !digest.equals(image.id());
    if (layer && exchange.getRequestMethod().equals("GET")) {
      layerRequests.incrementAndGet();
    }
    if (fault == (layer ? Fault.WRONG_LAYER : Fault.WRONG_CONFIG)) {
      content = content.clone();
      content[content.length / 2] ^= 1;
    }
    boolean half = layer && (fault == Fault.LAYER_HANGS || fault == Fault.LAYER_SHORT);
    if (half && exchange.getRequestMethod().equals("GET")) {
      sendHalf(exchange, content);
    } else {
      send(exchange, "application/octet-stream", content);
    }
  }

  private void sendHalf(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    OutputStream body = exchange.getResponseBody();
    body.write(content, 0, content.length / 2);
    body.flush();
    if (fault == Fault.LAYER_HANGS) {
      hang();
    }
  }

  private static void send(HttpExchange exchange, String type, byte[] content) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content);
  }

  private void hang() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
