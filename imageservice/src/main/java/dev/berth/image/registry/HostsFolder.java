package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.registry.RegistryHost.Capability;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's folder of {@code HOST/hosts.toml} files in containerd's format.
 *
 * <p>Read anew at every pull, so an edit counts at once. For a domain with a port, {@code
 * HOST_PORT_} is tried before {@code HOST:PORT}, then {@code _default}.
 */
public final class HostsFolder {
  private final Path folder;

  /** A folder, which need not exist. */
  public HostsFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The hosts to ask about a domain, in order; the registry itself is the last.
   *
   * @throws Fault.FailedPrecondition a hosts.toml cannot be understood; names file, line and key
   */
  public List<RegistryHost> hostsOf(String domain) {
    Optional<Path> file = fileOf(domain);
    if (file.isEmpty()) {
      return List.of(upstream(domain));
    }
    HostsFile parsed = HostsFile.read(file.get(), upstream(domain));
    List<RegistryHost> hosts = new ArrayList<>(parsed.mirrors());
    hosts.add(parsed.server());
    return hosts;
  }

  private Optional<Path> fileOf(String domain) {
    List<String> names = new ArrayList<>();
    int colon = domain.lastIndexOf(':');
    if (colon > domain.lastIndexOf(']')) {
      names.add(domain.substring(0, colon) + "_" + domain.substring(colon + 1) + "_");
    }
    names.add(domain);
    names.add("_default");
    return names.stream()
        .map(name -> folder.resolve(name).resolve("hosts.toml"))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * The registry of a domain when nobody says otherwise: TLS, but not on this machine's loopback.
   */
  static RegistryHost upstream(String domain) {
    boolean loopback = isLoopback(domain);
    String authority = domain.equals("docker.io") ? "registry-1.docker.io" : domain;
    return new RegistryHost(
        URI.create((loopback ? "http://" : "https://") + authority + "/v2"),
        EnumSet.allOf(Capability.class),
        true,
        loopback,
        TlsPolicy.DEFAULT,
        Map.of(),
        Optional.empty());
  }

  /** Whether a domain is a loopback address by its spelling; nothing is resolved. */
  static boolean isLoopback(String domain) {
    int colon = domain.lastIndexOf(':');
    String host = colon > domain.lastIndexOf(']') ? domain.substring(0, colon) : domain;
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}");
  }

  static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > 1 << 20) {
        throw new Fault.FailedPrecondition("reading " + file + ": larger than 1 MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Fault.FailedPrecondition("reading " + file + ": " + e.getMessage(), e);
    }
  }
}
