package dev.berth.streaming;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A client's wish to leave HTTP, as far as it can be told from the request alone.
 *
 * @param offered the protocols that it speaks, the best first
 * @param key WebSocket's challenge (RFC 6455, section 4.1); empty for SPDY
 */
record UpgradeRequest(Transport transport, List<String> offered, String key) {
  static final String SPDY_PROTOCOLS = "X-Stream-Protocol-Version";

  private static final int MOST_PROTOCOLS = 32;
  private static final int KEY_BYTES = 16;

  enum Transport {
    SPDY,
    WEBSOCKET
  }

  /** Where a request's path leads: {@code /WORD/TOKEN}. */
  record Target(String word, String token) {

    /** Reads a request's target; a query and a fragment do not matter. */
    static Optional<Target> of(String uri) {
      String path = uri.split("[?#]", 2)[0];
      String[] parts = path.split("/", -1);
      return parts.length == 3 && parts[0].isEmpty() && !parts[2].isEmpty()
          ? Optional.of(new Target(parts[1], parts[2]))
          : Optional.empty();
    }
  }

  /** Reads a request's headers; empty when it asks for no upgrade that is known, or wrongly. */
  static Optional<UpgradeRequest> of(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!tokens(headers, HttpHeaderNames.CONNECTION.toString()).contains("upgrade")) {
      return Optional.empty();
    }
    List<String> upgrades = tokens(headers, HttpHeaderNames.UPGRADE.toString());
    if (upgrades.contains("websocket")) {
      return webSocket(headers);
    }
    return upgrades.contains("spdy/3.1")
        ? Optional.of(new UpgradeRequest(Transport.SPDY, list(headers, SPDY_PROTOCOLS), ""))
        : Optional.empty();
  }

  private static Optional<UpgradeRequest> webSocket(HttpHeaders headers) {
    String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
    if (!headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "").equals("13") || !isKey(key)) {
      return Optional.empty();
    }
    String name = HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL.toString();
    return Optional.of(new UpgradeRequest(Transport.WEBSOCKET, list(headers, name), key));
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> tokens(HttpHeaders headers, String name) {
    return list(headers, name).stream().map(t -> t.toLowerCase(Locale.ROOT)).toList();
  }

  /** The comma-separated values of all headers of a name. */
  private static List<String> list(HttpHeaders headers, String name) {
    List<String> values = new ArrayList<>();
    for (String header : headers.getAll(name)) {
      for (String value : header.split(",", -1)) {
        if (!value.isBlank() && values.size() < MOST_PROTOCOLS) {
          values.add(value.strip());
        }
      }
    }
    return values;
  }
}
