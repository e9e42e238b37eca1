package dev.berth.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.layer.TarBuilder;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry behind TLS that wants to see a client's certificate. */
class RegistryTlsKernelTest {
  private static final Path OPENSSL = Path.of("/usr/bin/openssl");

  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;
  private final TestImage image = TestImage.of(new TarBuilder().file("etc/hello", new byte[9]));

  @BeforeEach
  void start() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    assumeTrue(Files.isExecutable(OPENSSL), OPENSSL + " is not installed");
    certificate("server", "rsa:2048");
    certificate("client", "rsa:2048");
    openssl("pkcs12 -export -in server.pem -inkey server.key -passout pass:x -out server.p12");
    registry = FakeRegistry.secure(context());
    registry.serve("app", "v1", image, true);
    store = new StoreFixture(dir, Faults.NONE, Duration.ofSeconds(30));
  }

  @AfterEach
  void stop() {
    if (store != null) {
      store.close();
      registry.close();
    }
  }

  private void certificate(String name, String key) throws Exception {
    openssl(
        "req -x509 -nodes -days 2 -newkey %s -keyout %s.key -out %s.pem -subj /CN=%s"
                .formatted(key, name, name, name)
            + " -addext subjectAltName=IP:127.0.0.1");
  }

  private void openssl(String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(OPENSSL.toString()));
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(dir.resolve("openssl.log"))).isZero();
  }

  private SSLContext context() throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(dir.resolve("server.p12"))) {
      own.load(in, "x".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, "x".toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(dir.resolve("client.pem"))) {
      trusted.setCertificateEntry(
          "client", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private void hosts(String more) throws IOException {
    store.hostsToml(
        registry.authority(), "server = \"https://%s\"\n%s".formatted(registry.authority(), more));
  }

  private void pulls() {
    assertThat(store.pull(registry.authority() + "/app:v1").id().toString()).isEqualTo(image.id());
    store.images.remove(image.id());
  }

  private void failsWith(Class<? extends Fault> fault, String words) {
    assertThatThrownBy(() -> store.pull(registry.authority() + "/app:v1"))
        .isInstanceOf(fault)
        .hasMessageContaining(words);
  }

  @Test
  void certificatesAreCheckedAndShown() throws Exception {
    hosts("");
    failsWith(Fault.Unavailable.class, "TLS");
    Files.copy(dir.resolve("server.pem"), folder().resolve("server.pem"));
    Files.copy(dir.resolve("client.pem"), folder().resolve("client.pem"));
    Files.copy(dir.resolve("client.key"), folder().resolve("client.key"));
    hosts("ca = [\"server.pem\"]");
    failsWith(Fault.Unavailable.class, "cannot reach");
    hosts("ca = [\"server.pem\"]\nclient = [[\"client.pem\", \"client.key\"]]");
    pulls();
    hosts("skip_verify = true\nclient = [[\"client.pem\", \"client.key\"]]");
    pulls();
  }

  @Test
  void olderFormsOfKeysAreReadAndAChangedFileCounts() throws Exception {
    Files.createDirectories(folder());
    hosts("skip_verify = true\nclient = \"both.pem\"");
    failsWith(Fault.FailedPrecondition.class, "both.pem");
    openssl("rsa -in client.key -traditional -out pkcs1.key");
    join("client.pem", "pkcs1.key");
    pulls();
    registry.close();
    openssl("ecparam -name secp384r1 -genkey -noout -out client.key");
    openssl("req -x509 -key client.key -out client.pem -subj /CN=ec -days 2");
    registry = FakeRegistry.secure(context());
    registry.serve("app", "v1", image, false);
    hosts("skip_verify = true\nclient = \"both.pem\"");
    join("client.pem", "client.key");
    pulls();
    Files.writeString(folder().resolve("both.pem"), "no certificate");
    failsWith(Fault.FailedPrecondition.class, "both.pem");
  }

  private Path folder() {
    return store.hosts.resolve(registry.authority());
  }

  private void join(String chain, String key) throws IOException {
    Files.createDirectories(folder());
    Files.writeString(
        folder().resolve("both.pem"),
        Files.readString(dir.resolve(chain)) + Files.readString(dir.resolve(key)));
  }
}
