package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.registry.RegistryHost.Capability;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The operator's folder of {@code HOST/hosts.toml} files in containerd's format.
 *
 * <p>Read anew at every pull, so an edit counts at once. For a domain with a port, {@code
 * HOST_PORT_} is tried before {@code HOST:PORT}, then {@code _default}.
 */
public final class HostsFolder {
  /** Stands for the registry where only its folder's name would say which it is. */
  private static final String NOBODY = "registry.invalid";

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

  /**
   * What the folder's files say, each by itself and without asking anybody.
   *
   * @param servers mirrors and registries that are named, each once
   * @param problems files that cannot be understood, and certificates and keys that cannot be read
   */
  public record Survey(List<URI> servers, List<String> problems) {
    public Survey {
      servers = List.copyOf(servers);
      problems = List.copyOf(problems);
    }
  }

  /** Looks at every file; a folder that is not there has none. */
  public Survey survey() {
    List<String> problems = new ArrayList<>();
    Set<URI> servers = new LinkedHashSet<>();
    for (Path file : files(problems)) {
      try {
        HostsFile parsed = HostsFile.read(file, upstream(NOBODY));
        Stream.concat(parsed.mirrors().stream(), Stream.of(parsed.server()))
            .filter(host -> !host.authority().equals(NOBODY))
            .forEach(
                host -> {
                  servers.add(host.base());
                  host.tls().files().stream()
                      .filter(needed -> !Files.isReadable(needed))
                      .forEach(needed -> problems.add(file + ": " + needed + " cannot be read"));
                });
      } catch (Fault e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return new Survey(List.copyOf(servers), problems);
  }

  private List<Path> files(List<String> problems) {
    try (Stream<Path> hosts = Files.list(folder)) {
      return hosts.map(host -> host.resolve("hosts.toml")).filter(Files::exists).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      problems.add("reading " + folder + ": " + e.getMessage());
      return List.of();
    }
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
