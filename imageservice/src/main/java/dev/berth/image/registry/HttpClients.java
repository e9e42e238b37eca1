package dev.berth.image.registry;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * HTTP clients, one for each way of checking certificates, made when first needed: loading the
 * JDK's client costs what a daemon's start must not.
 */
public final class HttpClients implements AutoCloseable {

  private static final String TUNNEL_PROPERTY = "jdk.http.auth.tunneling.disabledSchemes";
  private static final String BUFFER_PROPERTY = "jdk.httpclient.bufsize";

  static {
    // The client wakes its selector for every buffer; its own size of 16 KiB costs much
    // of a pull's CPU. Read once, when the client's first class is loaded.
    if (System.getProperty(BUFFER_PROPERTY) == null) {
      System.setProperty(BUFFER_PROPERTY, Integer.toString(BodyStream.BUFFER));
    }
    // Otherwise a name and password in HTTPS_PROXY would be dropped: that is how they are sent.
    if (System.getProperty(TUNNEL_PROPERTY) == null) {
      System.setProperty(TUNNEL_PROPERTY, "");
    }
  }

  private record Key(TlsPolicy tls, Duration connectTimeout, List<Long> modified) {}

  private final Duration connectTimeout;
  private final ProxySettings proxies;
  private final Map<Key, HttpClient> clients = new HashMap<>();
  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("berth-http-", 0).factory());

  /**
   * Clients that wait this long for a connection unless a host says otherwise.
   *
   * @param environment where proxies are named, see {@link ProxySettings}
   * @throws Fault.FailedPrecondition a proxy's address cannot be used
   */
  public HttpClients(Duration connectTimeout, Map<String, String> environment) {
    this.connectTimeout = connectTimeout;
    this.proxies = ProxySettings.of(environment);
  }

  /** How requests leave the machine. */
  ProxySettings proxies() {
    return proxies;
  }

  /**
   * The client for a host.
   *
   * @throws Fault.FailedPrecondition a certificate file cannot be read
   */
  synchronized HttpClient of(RegistryHost host) {
    Duration timeout = host.connectTimeout().orElse(connectTimeout);
    Key key = new Key(host.tls(), timeout, modified(host.tls().files()));
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
            .proxy(proxies)
            .executor(executor);
    if (!tls.equals(TlsPolicy.DEFAULT)) {
      builder.sslContext(TlsContexts.of(tls));
    }
    return builder.build();
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(HttpClient::shutdownNow);
    clients.clear();
    executor.shutdownNow();
  }
}
