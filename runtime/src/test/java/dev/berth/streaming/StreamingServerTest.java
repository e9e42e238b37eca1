package dev.berth.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.config.BerthConfig;
import dev.berth.config.BerthConfig.StreamingTls;
import dev.berth.fault.Fault;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server on a real port: its bounds, its deadlines, its certificate. */
class StreamingServerTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String PASSWORD = "changeit";

  @TempDir Path dir;

  @Test
  void whoAsksForNothingIsHungUpOn() throws Exception {
    try (StreamingServer server = server(LONG, Duration.ofMillis(200), Optional.empty());
        Socket silent = connect(server)) {
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aConversationWithoutTrafficEnds() throws Exception {
    try (StreamingServer server = server(Duration.ofMillis(200), LONG, Optional.empty());
        Socket client = connect(server)) {
      // data for a stream whose partner never comes: the connection stands, and nothing moves
      String path = URI.create(server.url(new Grant.Forward(List.of(), List::of))).getPath();
      String request =
          "POST "
              + path
              + " HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
              + "X-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n";
      client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 101").endsWith("\r\n\r\n");
    }
  }

  @Test
  void connectionsAreBoundedAndRoomIsMadeByThoseThatGo() throws Exception {
    List<Socket> all = new ArrayList<>();
    try (StreamingServer server = server(LONG, LONG, Optional.empty())) {
      for (int i = 0; i < StreamingServer.CONNECTIONS; i++) {
        all.add(connect(server));
      }
      await().until(() -> server.connections() == StreamingServer.CONNECTIONS);
      try (Socket oneTooMany = connect(server)) {
        assertThat(oneTooMany.getInputStream().read()).isEqualTo(-1);
      }
      all.removeLast().close();
      await().until(() -> server.connections() < StreamingServer.CONNECTIONS);
      try (Socket fits = connect(server)) {
        fits.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] status = fits.getInputStream().readNBytes(12);
        assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 404");
      }
    } finally {
      for (Socket socket : all) {
        socket.close();
      }
    }
  }

  @Test
  void theCertificateIsReadAnewAndTheVersionHasAFloor() throws Exception {
    StreamingTls tls = new StreamingTls(dir.resolve("tls.crt"), dir.resolve("tls.key"), "1.3");
    BigInteger first = write(tls, "first");
    try (StreamingServer server = server(LONG, LONG, Optional.of(tls))) {
      assertThat(server.url(new Grant.Forward(List.of(), List::of))).startsWith("https://127");
      assertThat(serial(server, "TLSv1.3")).isEqualTo(first);
      BigInteger second = write(tls, "second");
      assertThat(serial(server, "TLSv1.3")).isEqualTo(second).isNotEqualTo(first);
      Files.writeString(tls.key(), "no key");
      assertThat(serial(server, "TLSv1.3")).as("the last good one").isEqualTo(second);
      assertThatThrownBy(() -> serial(server, "TLSv1.2")).isInstanceOf(SSLException.class);
    }
    assertThatThrownBy(() -> server(LONG, LONG, Optional.of(tls)).close())
        .isInstanceOf(Fault.Internal.class)
        .hasMessageContaining("tls.crt");
  }

  private static StreamingServer server(
      Duration idle, Duration creation, Optional<StreamingTls> tls) {
    return StreamingServer.listen(
        new BerthConfig.Streaming(InetAddress.getLoopbackAddress(), 0, idle, creation, tls));
  }

  private static URI uri(StreamingServer server) {
    return URI.create(server.url(new Grant.Forward(List.of(), List::of)));
  }

  private static Socket connect(StreamingServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri(server).getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Makes a new key pair and certificate, as PEM; gives its serial number. */
  private BigInteger write(StreamingTls tls, String name) throws Exception {
    Path store = dir.resolve(name + ".p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process making =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-alias",
                "berth",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(making.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    X509Certificate certificate = (X509Certificate) keys.getCertificate("berth");
    byte[] key = keys.getKey("berth", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(tls.key(), pem("PRIVATE KEY", key));
    Files.writeString(tls.certificate(), pem("CERTIFICATE", certificate.getEncoded()));
    return certificate.getSerialNumber();
  }

  private static String pem(String what, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
  }

  private static BigInteger serial(StreamingServer server, String version) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    try (Socket plain = connect(server);
        SSLSocket socket =
            (SSLSocket)
                context
                    .getSocketFactory()
                    .createSocket(plain, "127.0.0.1", plain.getPort(), true)) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
