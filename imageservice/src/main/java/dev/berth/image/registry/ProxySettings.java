package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that the daemon's environment names, by the customs of the field: {@code HTTP_PROXY}
 * for plain addresses, {@code HTTPS_PROXY} for TLS, each also in lower case, and {@code NO_PROXY}:
 * a list, separated by commas, of hosts (with what lies below them), {@code HOST:PORT}, addresses,
 * {@code ADDRESS/PREFIX}, or {@code *}. Loopback addresses are never asked through a proxy.
 */
final class ProxySettings extends ProxySelector {
  private final Optional<URI> http;
  private final Optional<URI> https;
  private final List<String> exceptions;

  private ProxySettings(Optional<URI> http, Optional<URI> https, List<String> exceptions) {
    this.http = http;
    this.https = https;
    this.exceptions = List.copyOf(exceptions);
  }

  /**
   * Reads an environment.
   *
   * @throws Fault.FailedPrecondition a proxy is no address; names the variable and not its value,
   *     which may hold a password
   */
  static ProxySettings of(Map<String, String> environment) {
    String none = variable(environment, "no_proxy");
    return new ProxySettings(
        proxy(environment, "http_proxy"),
        proxy(environment, "https_proxy"),
        Arrays.stream(none.split(",", -1)).map(String::strip).filter(e -> !e.isEmpty()).toList());
  }

  private static String variable(Map<String, String> environment, String name) {
    String upper = environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
    return upper.isEmpty() ? environment.getOrDefault(name, "") : upper;
  }

  private static Optional<URI> proxy(Map<String, String> environment, String name) {
    String text = variable(environment, name).strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw new Fault.FailedPrecondition(
        "environment variable " + name + ": is not the http address of a proxy");
  }

  /** The proxy for an address; empty when it is asked directly. */
  Optional<URI> proxyFor(URI target) {
    Optional<URI> proxy = "https".equals(target.getScheme()) ? https : http;
    return proxy.filter(p -> !isException(target));
  }

  /** What to tell the proxy about who asks; empty when it needs nothing. */
  Optional<String> authorization(URI target) {
    return proxyFor(target)
        .map(URI::getRawUserInfo)
        .map(info -> URLDecoder.decode(info.replace("+", "%2B"), UTF_8))
        .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
  }

  private boolean isException(URI target) {
    String host = target.getHost().toLowerCase(Locale.ROOT);
    int port = target.getPort() >= 0 ? target.getPort() : defaultPort(target);
    return HostsFolder.isLoopback(host)
        || exceptions.stream().anyMatch(e -> matches(e.toLowerCase(Locale.ROOT), host, port));
  }

  private static int defaultPort(URI target) {
    return "https".equals(target.getScheme()) ? 443 : 80;
  }

  private static boolean matches(String exception, String host, int port) {
    if (exception.equals("*")) {
      return true;
    }
    if (exception.indexOf('/') > 0) {
      return inRange(exception, host);
    }
    String name = exception;
    int colon = exception.lastIndexOf(':');
    if (colon > exception.lastIndexOf(']') && exception.indexOf(':') == colon) {
      if (!exception.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      name = exception.substring(0, colon);
    }
    String bare = name.startsWith("*.") ? name.substring(2) : name.replaceFirst("^\\.", "");
    return host.equals(bare) || host.endsWith("." + bare);
  }

  private static boolean inRange(String range, String host) {
    int slash = range.indexOf('/');
    try {
      byte[] network = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
      byte[] address = InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).getAddress();
      int prefix = Integer.parseInt(range.substring(slash + 1));
      return network.length == address.length && sharesPrefix(network, address, prefix);
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  private static boolean sharesPrefix(byte[] a, byte[] b, int bits) {
    for (int bit = 0; bit < Math.min(bits, a.length * 8); bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<Proxy> select(URI target) {
    return proxyFor(target)
        .map(
            proxy ->
                new Proxy(
                    Proxy.Type.HTTP,
                    new InetSocketAddress(
                        proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort())))
        .map(List::of)
        .orElse(List.of(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI target, SocketAddress proxy, IOException failure) {
    // the request fails, and says so
  }
}
