package dev.berth.image.registry;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * HTTP clients, one for each way of checking certificates, made when first needed: loading the
 * JDK's client costs what a daemon's start must not.
 */
public final class HttpClients implements AutoCloseable {

  private static final String BUFFER_PROPERTY = "jdk.httpclient.bufsize";

  static {
    // The client wakes its selector for every buffer; its own size of 16 KiB costs much
    // of a pull's CPU. Read once, when the client's first class is loaded.
    if (System.getProperty(BUFFER_PROPERTY) == null) {
      System.setProperty(BUFFER_PROPERTY, Integer.toString(BodyStream.BUFFER));
    }
  }

  private record Key(TlsPolicy tls, Duration connectTimeout, List<Long> modified) {}

  private final Duration connectTimeout;
  private final Map<Key, HttpClient> clients = new HashMap<>();
  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("berth-http-", 0).factory());

  /** Clients that wait this long for a connection unless a host says otherwise. */
  public HttpClients(Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  /**
   * The client for a host.
   *
   * @throws Fault.FailedPrecondition a certificate file cannot be read
   */
  synchronized HttpClient of(RegistryHost host) {
    Duration timeout = host.connectTimeout().orElse(connectTimeout);
    Key key = new Key(host.tls(), timeout, modified(host.tls().authorities()));
    return clients.computeIfAbsent(key, k -> make(k.tls(), k.connectTimeout()));
  }

  private static List<Long> modified(List<Path> files) {
    List<Long> times = new ArrayList<>();
    for (Path file : files) {
      try {
        times.add(Files.getLastModifiedTime(file).toMillis());
      } catch (IOException e) {
        throw new Fault.FailedPrecondition("reading certificates " + file + ": " + e, e);
      }
    }
    return times;
  }

  private HttpClient make(TlsPolicy tls, Duration timeout) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .executor(executor);
    if (!tls.equals(TlsPolicy.DEFAULT)) {
      builder.sslContext(context(tls));
    }
    return builder.build();
  }

  private static SSLContext context(TlsPolicy tls) {
    try {
      TrustManager[] trust =
          tls.skipVerify()
              ? new TrustManager[] {new TrustAll()}
              : trusting(tls.authorities()).getTrustManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new Fault.FailedPrecondition(
          "reading certificates " + tls.authorities() + ": " + e.getMessage(), e);
    }
  }

  /** The machine's authorities and those of the files. */
  private static TrustManagerFactory trusting(List<Path> files)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int n = 0;
    for (X509Certificate each : systemAuthorities()) {
      store.setCertificateEntry("system-" + n++, each);
    }
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("file-" + n++, each);
        }
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
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

  @Override
  public synchronized void close() {
    clients.values().forEach(HttpClient::shutdownNow);
    clients.clear();
    executor.shutdownNow();
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
