package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.reference.Reference;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests to one host about one repository: authorization, redirects, refusals. */
final class RegistrySession {
  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_CHALLENGES = 3;
  private static final String USER_AGENT = "berth/0.1.0";

  private final RegistryHost host;
  private final Reference reference;
  private final Transport transport;
  private final Authorizer authorizer;

  RegistrySession(
      RegistryHost host, Reference reference, Credentials credentials, Transport transport) {
    this.host = host;
    this.reference = reference;
    this.transport = transport;
    this.authorizer = new Authorizer(host, reference.path(), credentials, transport);
  }

  RegistryHost host() {
    return host;
  }

  /**
   * Asks, and follows to where the answer is.
   *
   * @param path below the repository: {@code manifests/latest}
   * @param headers besides authorization
   * @param what names the request in messages
   * @return an answer with a success status, to be closed
   * @throws Fault as the package says
   */
  Exchange get(String path, Map<String, String> headers, String what) {
    URI uri = URI.create(host.base() + "/" + reference.path() + "/" + path + namespace());
    for (int attempt = 0; attempt <= MAX_CHALLENGES; attempt++) {
      Optional<String> authorization = authorizer.value();
      Exchange answer = follow(uri, headers, authorization, what);
      if (answer.isSuccess()) {
        return answer;
      }
      try (answer) {
        boolean ours = sameOrigin(uri, answer.from());
        if (answer.status() != 401 || !ours || !learn(answer, authorization, what)) {
          throw Refusal.of(answer, what);
        }
      }
    }
    throw new Fault.Unauthenticated(what + ": " + host.authority() + " refuses every token");
  }

  private boolean learn(Exchange answer, Optional<String> authorization, String what) {
    List<Challenge> challenges = Challenge.parse(answer.headers().allValues("WWW-Authenticate"));
    return authorizer.answer(authorization, challenges, what);
  }

  /** A mirror serves many registries and is told which one is meant. */
  private String namespace() {
    return host.own() ? "" : "?ns=" + URLEncoder.encode(reference.domain(), StandardCharsets.UTF_8);
  }

  private Exchange follow(
      URI first, Map<String, String> headers, Optional<String> authorization, String what) {
    URI uri = first;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      Exchange answer = transport.send(request(first, uri, headers, authorization), what);
      if (!answer.isRedirect()) {
        return answer;
      }
      try (answer) {
        uri = target(answer, what);
      }
    }
    throw new Fault.Unavailable(
        what + ": " + host.authority() + " redirects more than " + MAX_REDIRECTS + " times");
  }

  /** What belongs to the host goes to its own origin only. */
  private HttpRequest request(
      URI first, URI uri, Map<String, String> headers, Optional<String> authorization) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri).GET().setHeader("User-Agent", USER_AGENT);
    headers.forEach(builder::setHeader);
    if (sameOrigin(first, uri)) {
      host.headers().forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
      authorization.ifPresent(value -> builder.setHeader("Authorization", value));
    }
    return builder.build();
  }

  private static URI target(Exchange answer, String what) {
    String location = answer.header("Location");
    try {
      URI target = answer.from().resolve(new URI(location));
      boolean secure = "https".equals(target.getScheme());
      boolean stillPlain =
          "http".equals(target.getScheme()) && "http".equals(answer.from().getScheme());
      if (target.getHost() != null && target.getUserInfo() == null && (secure || stillPlain)) {
        return target;
      }
    } catch (URISyntaxException e) {
      // refused below
    }
    throw new Fault.Unavailable(
        what + ": " + answer.from().getAuthority() + " redirects to where it must not");
  }

  private static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equals(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }
}
