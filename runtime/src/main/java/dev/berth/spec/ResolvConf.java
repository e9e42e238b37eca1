package dev.berth.spec;

import dev.berth.cri.v1.DNSConfig;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.spec.check.Refusal;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A pod's resolv.conf (resolv.conf(5)). */
final class ResolvConf {
  /** The limits that Kubernetes sets; more would be cut by the C library anyway. */
  private static final int MAX_SERVERS = 32;

  private static final int MAX_SEARCHES = 64;
  private static final int MAX_OPTIONS = 64;
  private static final int MAX_SEARCH_LINE = 4096;

  private static final Pattern DOMAIN = Pattern.compile("\\.|[A-Za-z0-9_]([A-Za-z0-9._-]{0,253})");
  private static final Pattern OPTION = Pattern.compile("[a-z0-9-]{1,64}(:[0-9]{1,9})?");

  private ResolvConf() {}

  /** The content, null when the request says nothing about names: then the machine's counts. */
  static @Nullable String of(String field, PodSandboxConfig config) {
    return config.hasDnsConfig() ? of(field, config.getDnsConfig()) : null;
  }

  private static String of(String field, DNSConfig config) {
    atMost(field + ".servers", config.getServersCount(), MAX_SERVERS);
    atMost(field + ".searches", config.getSearchesCount(), MAX_SEARCHES);
    atMost(field + ".options", config.getOptionsCount(), MAX_OPTIONS);
    config.getServersList().forEach(s -> address(field + ".servers", s));
    matches(field + ".searches", config.getSearchesList(), DOMAIN, "is not a domain");
    matches(field + ".options", config.getOptionsList(), OPTION, "is not a resolver option");
    String search = line("search", config.getSearchesList());
    if (search.length() > MAX_SEARCH_LINE) {
      throw Refusal.of(field + ".searches", search, "is longer than " + MAX_SEARCH_LINE);
    }
    var content = new StringBuilder(search);
    config.getServersList().forEach(s -> content.append("nameserver ").append(s).append('\n'));
    return content.append(line("options", config.getOptionsList())).toString();
  }

  private static String line(String word, List<String> values) {
    return values.isEmpty() ? "" : word + " " + String.join(" ", values) + "\n";
  }

  private static void atMost(String field, int count, int most) {
    if (count > most) {
      throw Refusal.of(field, count + " entries", "at most " + most);
    }
  }

  /** An IPv6 address may name the link it is valid on, after a percent sign. */
  private static void address(String field, String server) {
    int zone = server.indexOf('%');
    boolean plainZone = zone < 0 || server.substring(zone + 1).matches("[A-Za-z0-9._-]{1,15}");
    if (!plainZone) {
      throw Refusal.of(field, server, "is not an IP address");
    }
    HostPort.literal(field, zone < 0 ? server : server.substring(0, zone));
  }

  private static void matches(String field, List<String> values, Pattern form, String why) {
    for (String value : values) {
      if (!form.matcher(value).matches()) {
        throw Refusal.of(field, value, why);
      }
    }
  }
}
