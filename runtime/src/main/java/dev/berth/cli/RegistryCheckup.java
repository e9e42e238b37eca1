package dev.berth.cli;

import dev.berth.image.registry.HostsFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at the settings of registries, and whether those that they name can be reached. */
final class RegistryCheckup {
  private static final int MILLIS = 1500;
  private static final int MOST = 8;

  private RegistryCheckup() {}

  /**
   * Looks at a folder of {@code HOST/hosts.toml} files.
   *
   * @param environment with a proxy in it nobody is dialled: who can be reached says nothing then
   */
  static List<Finding> of(Path folder, Map<String, String> environment) {
    List<Finding> findings = new ArrayList<>();
    HostsFolder.Survey survey = new HostsFolder(folder).survey();
    for (String problem : survey.problems()) {
      findings.add(Finding.fail("registries", problem, "mend it: pulls of that host fail"));
    }
    if (survey.servers().isEmpty() && survey.problems().isEmpty()) {
      findings.add(
          Finding.ok("registries", "no settings in " + folder + ": all are asked directly"));
    }
    boolean proxied =
        environment.keySet().stream()
            .anyMatch(name -> name.toLowerCase(java.util.Locale.ROOT).matches("https?_proxy"));
    for (URI server : survey.servers().stream().limit(proxied ? 0 : MOST).toList()) {
      findings.add(dialled(server));
    }
    return findings;
  }

  private static Finding dialled(URI server) {
    int port =
        server.getPort() >= 0 ? server.getPort() : server.getScheme().equals("http") ? 80 : 443;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.getHost(), port), MILLIS);
      return Finding.ok("registry " + server.getAuthority(), "takes connections");
    } catch (IOException e) {
      String why =
          e instanceof java.net.UnknownHostException
              ? "no such host"
              : String.valueOf(e.getMessage());
      return Finding.warn(
          "registry " + server.getAuthority(),
          "cannot be reached: " + why,
          "look at the network, or take it out of its hosts.toml");
    }
  }
}
