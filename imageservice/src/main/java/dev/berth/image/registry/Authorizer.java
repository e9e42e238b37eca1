package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.JsonFields;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to put into the Authorization header of requests to one host about one repository.
 *
 * <p>Starts with nothing (or the registry token it was given) and learns from the host's challenges
 * (distribution's token authentication). One answer to a challenge serves all layers of a pull: a
 * request that was refused with an older value finds the newer one here.
 */
final class Authorizer {
  private static final int MAX_TOKEN_ANSWER = 1 << 20;

  private final RegistryHost host;
  private final String repository;
  private final Credentials credentials;
  private final Transport transport;
  private volatile @Nullable String value;

  /**
   * An authorizer.
   *
   * @param credentials ignored when the host must not get them
   */
  Authorizer(RegistryHost host, String repository, Credentials credentials, Transport transport) {
    this.host = host;
    this.repository = repository;
    this.credentials = host.takesCredentials() ? credentials : new Credentials.Anonymous();
    this.transport = transport;
    if (this.credentials instanceof Credentials.RegistryToken token) {
      value = "Bearer " + token.token();
    }
  }

  /** The header's value now; empty for none. */
  Optional<String> value() {
    return Optional.ofNullable(value);
  }

  /**
   * Learns from a refusal.
   *
   * @param refused the value the refused request carried
   * @param challenges what the host wants
   * @return whether the request is worth another try
   * @throws Fault.Unauthenticated the token server refused
   */
  synchronized boolean answer(Optional<String> refused, List<Challenge> challenges, String what) {
    if (!refused.equals(value())) {
      return true;
    }
    if (credentials instanceof Credentials.RegistryToken) {
      return false;
    }
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("bearer") && !challenge.parameter("realm").isEmpty()) {
        return renew(refused, "Bearer " + token(challenge, what));
      }
      if (challenge.scheme().equals("basic")
          && credentials instanceof Credentials.Basic basic
          && refused.isEmpty()) {
        return renew(refused, basic.header());
      }
    }
    return false;
  }

  private boolean renew(Optional<String> refused, String fresh) {
    value = fresh;
    return !refused.equals(Optional.of(fresh));
  }

  private String token(Challenge challenge, String what) {
    URI realm = realm(challenge.parameter("realm"), what);
    String scope = challenge.parameter("scope");
    String query =
        "service="
            + encoded(challenge.parameter("service"))
            + "&scope="
            + encoded(scope.isEmpty() ? "repository:" + repository + ":pull" : scope);
    String about = what + ": asking " + realm.getAuthority() + " for a token";
    HttpRequest request =
        credentials instanceof Credentials.IdentityToken identity
            ? refresh(realm, query, identity)
            : ask(realm, query);
    try (Exchange answer = transport.send(request, about)) {
      if (!answer.isSuccess()) {
        throw refusal(answer, about);
      }
      return tokenIn(answer, about);
    } catch (IOException e) {
      throw new Fault.Unavailable(about + ": " + e.getMessage(), e);
    }
  }

  /** A token server that turns a request down has looked at who asks, whatever status it gives. */
  private static Fault refusal(Exchange answer, String about) {
    Fault fault = Refusal.of(answer, about);
    boolean mine = answer.status() >= 400 && answer.status() < 500 && answer.status() != 429;
    return mine ? new Fault.Unauthenticated(String.valueOf(fault.getMessage())) : fault;
  }

  private URI realm(String text, String what) {
    try {
      URI realm = new URI(text);
      boolean secure = "https".equals(realm.getScheme());
      boolean plain =
          "http".equals(realm.getScheme())
              && (host.plainAllowed() || credentials instanceof Credentials.Anonymous);
      if (realm.getHost() != null && realm.getUserInfo() == null && (secure || plain)) {
        return realm;
      }
    } catch (URISyntaxException e) {
      // refused below
    }
    throw new Fault.Unauthenticated(
        what + ": " + host.authority() + " names a token server that credentials cannot go to");
  }

  private HttpRequest ask(URI realm, String query) {
    String joined = realm + (realm.getRawQuery() == null ? "?" : "&") + query;
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(joined)).GET();
    if (credentials instanceof Credentials.Basic basic) {
      builder.header("Authorization", basic.header());
    }
    return builder.build();
  }

  private static HttpRequest refresh(URI realm, String query, Credentials.IdentityToken identity) {
    String form =
        "grant_type=refresh_token&client_id=berth&"
            + query
            + "&refresh_token="
            + encoded(identity.token());
    return HttpRequest.newBuilder(realm)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form))
        .build();
  }

  private static String tokenIn(Exchange answer, String about) throws IOException {
    byte[] body = answer.body().readNBytes(MAX_TOKEN_ANSWER);
    JsonFields fields = BoundedJson.object(body, about);
    String token =
        fields.text("token").isEmpty() ? fields.text("access_token") : fields.text("token");
    if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw new Fault.Unauthenticated(about + ": the answer holds no usable token");
    }
    return token;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
