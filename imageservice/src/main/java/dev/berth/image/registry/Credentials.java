package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.RegistryAuth;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a caller can show a registry. Never printed. */
sealed interface Credentials {

  /** Nothing: a public image. */
  record Anonymous() implements Credentials {}

  /** A name and a password. */
  record Basic(String username, String password) implements Credentials {

    /** The value of an Authorization header. */
    String header() {
      byte[] pair = (username + ":" + password).getBytes(UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
      return "Basic[…]";
    }
  }

  /** A refresh token to exchange at the token server. */
  record IdentityToken(String token) implements Credentials {
    @Override
    public String toString() {
      return "IdentityToken[…]";
    }
  }

  /** A bearer token for the registry itself. */
  record RegistryToken(String token) implements Credentials {
    @Override
    public String toString() {
      return "RegistryToken[…]";
    }
  }

  /**
   * The credentials a CRI request gives for a registry.
   *
   * @param auth as the request has it; null for none
   * @param domain the reference's registry: credentials that name another are not used
   * @throws Fault.InvalidArgument {@code auth.auth} is not base64 of NAME:PASSWORD
   */
  static Credentials of(@Nullable RegistryAuth auth, String domain) {
    if (auth == null || auth.isEmpty() || !isFor(auth.serverAddress(), domain)) {
      return new Anonymous();
    }
    if (!auth.registryToken().isEmpty()) {
      return new RegistryToken(printable("registry_token", auth.registryToken()));
    }
    if (!auth.identityToken().isEmpty()) {
      return new IdentityToken(auth.identityToken());
    }
    if (!auth.username().isEmpty()) {
      return named(auth.username(), auth.password());
    }
    return auth.auth().isEmpty() ? new Anonymous() : decoded(auth.auth());
  }

  /** Docker's stores write an identity token as the password of a user of this name. */
  private static Credentials named(String username, String password) {
    return username.equals("<token>") ? new IdentityToken(password) : new Basic(username, password);
  }

  private static Credentials decoded(String base64) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(base64.strip()), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Fault.InvalidArgument("auth.auth: is not base64");
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw new Fault.InvalidArgument("auth.auth: is not base64 of NAME:PASSWORD");
    }
    return named(pair.substring(0, colon), pair.substring(colon + 1).replaceAll("\0+$", ""));
  }

  private static String printable(String field, String token) {
    if (token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw new Fault.InvalidArgument("auth." + field + ": holds characters a header cannot carry");
    }
    return token;
  }

  static boolean isFor(String serverAddress, String domain) {
    if (serverAddress.isEmpty()) {
      return true;
    }
    String host = serverAddress.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    return host.equals(domain) || (isDockerHub(host) && isDockerHub(domain));
  }

  private static boolean isDockerHub(String host) {
    return host.equals("docker.io")
        || host.equals("index.docker.io")
        || host.equals("registry-1.docker.io");
  }
}
