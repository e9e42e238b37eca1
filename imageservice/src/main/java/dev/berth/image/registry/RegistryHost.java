package dev.berth.image.registry;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One host to ask, with what the operator said about it.
 *
 * @param base scheme, authority and API prefix: {@code https://registry.example/v2}
 * @param capabilities what it may be asked for
 * @param own whether it is the reference's own registry, and so may get the request's credentials
 * @param plainAllowed whether credentials may go there without TLS
 * @param tls how its certificate is checked
 * @param headers sent with every request to it
 * @param connectTimeout its own, if the operator set one
 */
public record RegistryHost(
    URI base,
    Set<Capability> capabilities,
    boolean own,
    boolean plainAllowed,
    TlsPolicy tls,
    Map<String, List<String>> headers,
    Optional<Duration> connectTimeout) {

  /** What a host may be asked for. */
  public enum Capability {
    /** Content by digest. */
    PULL,
    /** What a tag means now. */
    RESOLVE
  }

  public RegistryHost {
    capabilities = Set.copyOf(capabilities);
    headers = Map.copyOf(headers);
  }

  /** Host and port, for messages and comparison. */
  public String authority() {
    return base.getAuthority();
  }

  /** Whether any credentials may be sent there. */
  public boolean takesCredentials() {
    return base.getScheme().equals("https") || plainAllowed;
  }
}
