package dev.berth.config;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Keys of what can be seen of the daemon: its log, figures and spans. */
final class SightKeys {
  static final Key<LogLevel> LOG_LEVEL =
      Key.ofString(
          "log.level",
          "\"error\", \"warn\", \"info\" or \"debug\"",
          "\"info\"",
          "The least important message that the daemon writes to its standard error.",
          text -> Values.oneOf(LogLevel.class, text));

  static final Key<Integer> LOG_SLOW_REQUEST_MS =
      Key.ofInt(
          "log.slow_request_ms",
          0,
          600_000,
          "2000",
          "A request that takes longer than this, in milliseconds, is logged once with what each of"
              + " its steps took; 0 for none. Pulls, stops and commands inside are left out: they"
              + " take what others take.");

  static final Key<Integer> STATS_MAX_AGE_MS =
      Key.ofInt(
          "stats.max_age_ms",
          0,
          60_000,
          "1000",
          "How old, in milliseconds, a figure may be that the statistics and metrics calls answer."
              + " A younger one is not read from the kernel again, whoever asks.");

  static final Key<Optional<String>> METRICS_ADDRESS =
      Key.ofString(
          "metrics.address",
          "\"\", unix:/PATH or ADDRESS:PORT with a literal address",
          "\"\"",
          "Where Prometheus can read figures about the daemon itself, at the path `/metrics`. Empty"
              + " for nowhere.",
          SightKeys::metricsAddress);

  static final Key<Optional<URI>> TRACING_OTLP_ENDPOINT =
      Key.ofString(
          "tracing.otlp_endpoint",
          "\"\" or a URL with http or https",
          "\"\"",
          "Where spans of requests and their steps are sent, as OTLP over HTTP in JSON: the whole"
              + " URL, such as `http://127.0.0.1:4318/v1/traces`. Empty for nowhere, which costs"
              + " nothing.",
          SightKeys::otlpEndpoint);

  /** In the order of the documentation. */
  static final List<Key<?>> ALL =
      List.of(
          LOG_LEVEL, LOG_SLOW_REQUEST_MS, STATS_MAX_AGE_MS, METRICS_ADDRESS, TRACING_OTLP_ENDPOINT);

  private SightKeys() {}

  private static Optional<String> metricsAddress(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.startsWith("unix:")) {
      return Optional.of("unix:" + Values.socketPath(text.substring("unix:".length())));
    }
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("it has no :PORT");
    }
    if (Integer.parseInt(text.substring(colon + 1)) > 65_535) {
      throw new IllegalArgumentException("its port is above 65535");
    }
    InetAddress.ofLiteral(text.substring(0, colon).replace("[", "").replace("]", ""));
    return Optional.of(text);
  }

  private static Optional<URI> otlpEndpoint(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    URI uri = URI.create(text);
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw new IllegalArgumentException("its scheme is " + uri.getScheme());
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("it names no host");
    }
    return Optional.of(uri);
  }
}
