package dev.berth.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector's double: takes OTLP over HTTP in JSON and keeps the spans. */
final class OtlpCollector implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<JsonNode> spans = new CopyOnWriteArrayList<>();

  OtlpCollector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("listen for spans", e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      request
          .path("resourceSpans")
          .path(0)
          .path("scopeSpans")
          .path(0)
          .path("spans")
          .forEach(spans::add);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      byte[] body = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The spans of a trace, in the order in which they came. */
  List<JsonNode> of(String trace) {
    return spans.stream().filter(span -> span.path("traceId").asText().equals(trace)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
