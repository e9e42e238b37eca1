package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.registry.RegistryHost.Capability;
import dev.berth.image.registry.TlsPolicy.ClientCertificate;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One {@code hosts.toml} in containerd's format.
 *
 * @param mirrors the {@code host} tables in the file's order
 * @param server the registry itself, as the keys at the top describe it
 */
record HostsFile(List<RegistryHost> mirrors, RegistryHost server) {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  HostsFile {
    mirrors = List.copyOf(mirrors);
  }

  /**
   * Reads a file.
   *
   * @param upstream what the registry is where the file does not say
   */
  static HostsFile read(Path file, RegistryHost upstream) {
    TomlParseResult toml = toml(file);
    if (toml.hasErrors()) {
      throw new Fault.FailedPrecondition(file + ": " + toml.errors().getFirst());
    }
    return new Parser(file, upstream).parse(toml);
  }

  /** The library's own assumptions do not hold for every broken escape: that is a refusal too. */
  private static TomlParseResult toml(Path file) {
    try {
      return Toml.parse(new String(HostsFolder.bytes(file), UTF_8));
    } catch (IndexOutOfBoundsException | IllegalStateException | AssertionError e) {
      throw new Fault.FailedPrecondition(file + ": not TOML: " + e, e);
    }
  }

  private record Parser(Path file, RegistryHost upstream) {

    HostsFile parse(TomlParseResult toml) {
      String server = string(toml, "server");
      URI address = server == null ? upstream.base() : uri(toml, "server", server);
      RegistryHost own = described(toml, address, server != null, true);
      List<RegistryHost> mirrors = new ArrayList<>();
      TomlTable hosts = toml.isTable("host") ? toml.getTable("host") : null;
      if (hosts == null && toml.contains("host")) {
        throw refused(toml, "host", "is not a table");
      }
      if (hosts != null) {
        hosts.keySet().stream()
            .sorted(Comparator.comparingInt(key -> line(hosts, key)))
            .forEach(key -> mirrors.add(mirror(hosts, key)));
      }
      return new HostsFile(mirrors, own);
    }

    private RegistryHost mirror(TomlTable hosts, String key) {
      List<String> path = List.of(key);
      TomlTable table = hosts.isTable(path) ? hosts.getTable(path) : null;
      if (table == null) {
        throw refused(hosts, key, "is not a table");
      }
      URI base = uri(hosts, key, key);
      boolean own = base.getAuthority().equals(upstream.authority());
      return described(table, base, true, own);
    }

    private RegistryHost described(TomlTable table, URI address, boolean configured, boolean own) {
      return new RegistryHost(
          prefixed(table, address),
          capabilities(table),
          own,
          configured || upstream.plainAllowed(),
          new TlsPolicy(flag(table, "skip_verify"), authorities(table), clients(table)),
          headers(table),
          timeout(table));
    }

    /** The API lives under /v2 unless the operator says that the path is all there is. */
    private URI prefixed(TomlTable table, URI address) {
      String path = address.getPath() == null ? "" : address.getPath().replaceAll("/+$", "");
      boolean complete = flag(table, "override_path") || path.endsWith("/v2");
      return URI.create(
          address.getScheme() + "://" + address.getAuthority() + path + (complete ? "" : "/v2"));
    }

    private URI uri(TomlTable table, String key, String text) {
      String full = text.contains("://") ? text : "https://" + text;
      try {
        URI uri = new URI(full);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (http && uri.getHost() != null && uri.getUserInfo() == null) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // refused below
      }
      throw refused(table, key, "\"" + text + "\" is not an http or https address");
    }

    private Set<Capability> capabilities(TomlTable table) {
      List<String> names = strings(table, "capabilities");
      if (!table.contains("capabilities")) {
        return EnumSet.allOf(Capability.class);
      }
      Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
      for (String name : names) {
        switch (name) {
          case "pull" -> capabilities.add(Capability.PULL);
          case "resolve" -> capabilities.add(Capability.RESOLVE);
          case "push" -> {}
          default ->
              throw refused(
                  table, "capabilities", "holds \"" + name + "\", not pull, resolve or push");
        }
      }
      return capabilities;
    }

    private List<Path> authorities(TomlTable table) {
      return strings(table, "ca").stream().map(this::beside).toList();
    }

    private Map<String, List<String>> headers(TomlTable table) {
      Map<String, List<String>> headers = new LinkedHashMap<>();
      if (table.contains("header")) {
        TomlTable given = table.isTable("header") ? table.getTable("header") : null;
        if (given == null) {
          throw refused(table, "header", "is not a table");
        }
        given.keySet().forEach(name -> headers.put(name, strings(given, name)));
      }
      return headers;
    }

    private Optional<Duration> timeout(TomlTable table) {
      String text = string(table, "dial_timeout");
      if (text == null) {
        return Optional.empty();
      }
      Matcher match = DURATION.matcher(text);
      if (!match.matches()) {
        throw refused(table, "dial_timeout", "\"" + text + "\" is not a duration such as 10s");
      }
      long count = Long.parseLong(match.group(1));
      return Optional.of(
          switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
          });
    }

    /**
     * {@code "FILE"} or {@code ["FILE", …]} with certificate and key in one file, {@code [["CERT",
     * "KEY"], …]} with two.
     */
    private List<ClientCertificate> clients(TomlTable table) {
      TomlArray pairs = table.isArray("client") ? table.getArray("client") : null;
      if (pairs == null || pairs.isEmpty() || !(pairs.get(0) instanceof TomlArray)) {
        return strings(table, "client").stream()
            .map(one -> new ClientCertificate(beside(one), beside(one)))
            .toList();
      }
      List<ClientCertificate> clients = new ArrayList<>();
      for (Object each : pairs.toList()) {
        if (!(each instanceof TomlArray pair
            && pair.toList().stream().allMatch(String.class::isInstance)
            && pair.size() >= 1
            && pair.size() <= 2)) {
          throw refused(table, "client", "holds something else than [\"CERT\", \"KEY\"]");
        }
        Path chain = beside(pair.getString(0));
        String key = pair.size() == 2 ? pair.getString(1) : "";
        clients.add(new ClientCertificate(chain, key.isEmpty() ? chain : beside(key)));
      }
      return clients;
    }

    private Path beside(String name) {
      if (name.indexOf('\0') >= 0) {
        throw new Fault.FailedPrecondition(file + ": a file name with a zero byte");
      }
      return file.toAbsolutePath().resolveSibling(name).normalize();
    }

    private boolean flag(TomlTable table, String key) {
      if (!table.contains(key)) {
        return false;
      }
      if (!table.isBoolean(key)) {
        throw refused(table, key, "is not true or false");
      }
      return Boolean.TRUE.equals(table.getBoolean(key));
    }

    private @Nullable String string(TomlTable table, String key) {
      if (!table.contains(key)) {
        return null;
      }
      if (!table.isString(key)) {
        throw refused(table, key, "is not a string");
      }
      return table.getString(key);
    }

    /** One string or an array of strings; none when absent. */
    private List<String> strings(TomlTable table, String key) {
      List<String> path = List.of(key);
      if (!table.contains(path)) {
        return List.of();
      }
      if (table.isString(path)) {
        String one = table.getString(path);
        return one == null ? List.of() : List.of(one);
      }
      TomlArray array = table.isArray(path) ? table.getArray(path) : null;
      List<String> strings = new ArrayList<>();
      for (int i = 0; array != null && i < array.size(); i++) {
        if (array.get(i) instanceof String text) {
          strings.add(text);
        }
      }
      if (array == null || strings.size() != array.size()) {
        throw refused(table, key, "is not a string or an array of strings");
      }
      return strings;
    }

    private static int line(TomlTable table, String key) {
      TomlPosition position = table.inputPositionOf(List.of(key));
      return position == null ? 0 : position.line();
    }

    private Fault.FailedPrecondition refused(TomlTable table, String key, String why) {
      return new Fault.FailedPrecondition(file + ":" + line(table, key) + ": " + key + " " + why);
    }
  }
}
