package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.registry.TlsPolicy.ClientCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** From the operator's words about TLS to what the JDK wants. */
final class TlsContexts {
  private static final Pattern CERTIFICATE =
      Pattern.compile(
          "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*-----");

  private TlsContexts() {}

  /**
   * A context.
   *
   * @throws Fault.FailedPrecondition a file cannot be used; names it
   */
  static SSLContext of(TlsPolicy tls) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(clients(tls.clients()), trust(tls), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new Fault.FailedPrecondition("setting up TLS: " + e.getMessage(), e);
    }
  }

  private static KeyManager[] clients(List<ClientCertificate> clients)
      throws GeneralSecurityException {
    if (clients.isEmpty()) {
      return new KeyManager[0];
    }
    KeyStore store = empty();
    for (ClientCertificate client : clients) {
      Certificate[] chain = certificates(client.chain()).toArray(new Certificate[0]);
      String alias = "client-" + store.size();
      try {
        var key = PemKey.read(Files.readString(client.key(), UTF_8));
        store.setKeyEntry(alias, key, new char[0], chain);
      } catch (IOException | GeneralSecurityException e) {
        throw unusable("client key", client.key(), e);
      }
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trust(TlsPolicy tls) throws GeneralSecurityException {
    if (tls.skipVerify()) {
      return new TrustManager[] {new TrustAll()};
    }
    KeyStore store = empty();
    for (X509Certificate each : systemAuthorities()) {
      store.setCertificateEntry("system-" + store.size(), each);
    }
    for (Path file : tls.authorities()) {
      for (Certificate each : certificates(file)) {
        store.setCertificateEntry("file-" + store.size(), each);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException("making a key store: " + e.getMessage(), e);
    }
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file) {
    try {
      InputStream in = new ByteArrayInputStream(withoutKeys(Files.readAllBytes(file)));
      var all = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new GeneralSecurityException("holds no certificate");
      }
      return all;
    } catch (IOException | GeneralSecurityException e) {
      throw unusable("certificates", file, e);
    }
  }

  /** The JDK's reader takes every block for a certificate. */
  private static byte[] withoutKeys(byte[] file) {
    StringBuilder blocks = new StringBuilder();
    Matcher each = CERTIFICATE.matcher(new String(file, ISO_8859_1));
    while (each.find()) {
      blocks.append(each.group()).append('\n');
    }
    return blocks.isEmpty() ? file : blocks.toString().getBytes(ISO_8859_1);
  }

  private static Fault.FailedPrecondition unusable(String what, Path file, Exception e) {
    return new Fault.FailedPrecondition("reading " + what + " " + file + ": " + e.getMessage(), e);
  }

  private static List<X509Certificate> systemAuthorities() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    List<X509Certificate> all = new ArrayList<>();
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        all.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return all;
  }

  /** For {@code skip_verify}; an extended manager also replaces the check of the host's name. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

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
