package dev.berth.image;

/**
 * Credentials in the forms of the CRI's AuthConfig; a field that was not given is {@code ""}.
 *
 * @param username name for basic authentication
 * @param password password for basic authentication
 * @param auth base64 of {@code username:password}, used when no username is given
 * @param serverAddress the registry they are meant for, as a host or URL; {@code ""} for the one of
 *     the reference
 * @param identityToken a refresh token to be exchanged at the registry's token server
 * @param registryToken a bearer token to be sent to the registry as it is
 */
public record RegistryAuth(
    String username,
    String password,
    String auth,
    String serverAddress,
    String identityToken,
    String registryToken) {

  /** User name and password. */
  public static RegistryAuth basic(String username, String password) {
    return new RegistryAuth(username, password, "", "", "", "");
  }

  /** Whether no field says anything. */
  public boolean isEmpty() {
    return username.isEmpty()
        && password.isEmpty()
        && auth.isEmpty()
        && identityToken.isEmpty()
        && registryToken.isEmpty();
  }

  /** Names the user and never a secret: this ends up in logs. */
  @Override
  public String toString() {
    return "RegistryAuth[" + (username.isEmpty() ? "…" : username) + "]";
  }
}
