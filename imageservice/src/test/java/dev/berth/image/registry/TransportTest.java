package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One request against a host that breaks the connection at a place of its choice. */
class TransportTest {
  private static final int TRIES = 200;

  private final HttpClient client = HttpClient.newHttpClient();
  private ServerSocket server;
  private volatile String answer = "";

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    client.shutdownNow();
  }

  /** Answers each connection in one packet and closes it. */
  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        int ends = 0;
        for (int c = in.read(); c >= 0 && ends < 4; c = ends < 4 ? in.read() : -1) {
          ends = c == '\r' || c == '\n' ? ends + 1 : 0;
        }
        socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      } catch (IOException e) {
        return; // the test closed it
      }
    }
  }

  private Exchange send() {
    URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    Transport transport =
        new Transport(client, ProxySettings.of(Map.of()), Duration.ofSeconds(10), () -> false);
    return transport.send(HttpRequest.newBuilder(uri).build(), "asking");
  }

  /** However soon the connection ends behind the head, the head is an answer. */
  @Test
  void aBodyThatBreaksOffIsTheReadersToMend() throws IOException {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc";
    for (int i = 0; i < TRIES; i++) {
      try (Exchange exchange = send()) {
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.body().readNBytes(3)).isEqualTo("abc".getBytes(ISO_8859_1));
        assertThatThrownBy(() -> exchange.body().read())
            .isInstanceOf(IOException.class)
            .hasMessageContaining("asking: ");
      }
    }
  }

  @Test
  void aConnectionThatEndsBeforeTheHeadIsUnreachable() {
    answer = "HTTP/1.1 20";
    assertThatThrownBy(this::send)
        .isInstanceOf(Fault.Unavailable.class)
        .hasMessageContaining("asking: cannot reach http://127.0.0.1:");
  }
}
