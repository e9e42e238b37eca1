package dev.berth.spec;

import java.util.List;

/** A pod's {@code /etc/hosts} (hosts(5)). A pod on the machine's network gets the machine's. */
public final class HostsFile {
  private HostsFile() {}

  /**
   * The content.
   *
   * @param hostname the pod's name
   * @param addresses the pod's addresses, possibly none
   */
  public static String content(String hostname, List<String> addresses) {
    var content =
        new StringBuilder(
            """
            127.0.0.1 localhost
            ::1 localhost ip6-localhost ip6-loopback
            fe00::0 ip6-localnet
            ff00::0 ip6-mcastprefix
            ff02::1 ip6-allnodes
            ff02::2 ip6-allrouters
            """);
    for (String address : addresses) {
      content.append(address).append(' ').append(hostname).append('\n');
    }
    return content.toString();
  }
}
