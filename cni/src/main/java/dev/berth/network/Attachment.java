package dev.berth.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * How a pod was attached: written into the pod's state, given back for detach and for recovery.
 *
 * @param podId the sandbox's id
 * @param podName {@code namespace/name} of the pod, for messages; without spaces
 * @param mode {@code builtin} or {@code cni}
 * @param link the host side's link name; empty where plugins made it
 * @param shaper the link that what the pod sends is slowed down on; empty without such a limit
 * @param addresses the pod's addresses with the prefix length of their range, primary first
 * @param hostPorts ports of the host that lead to the pod
 */
public record Attachment(
    String podId,
    String podName,
    String mode,
    String link,
    String shaper,
    List<Cidr> addresses,
    List<HostPort> hostPorts) {

  /** The mode of the network that Berth brings itself. */
  public static final String BUILTIN = "builtin";

  /** The mode of a network of CNI plugins. */
  public static final String CNI = "cni";

  private static final String VERSION = "v1";

  /**
   * Keeps copies of the lists.
   *
   * @throws IllegalArgumentException when a text has a space or a control character in it
   */
  public Attachment {
    checkWord("pod id", podId);
    checkWord("pod name", podName);
    checkWord("mode", mode);
    checkWord("link", link);
    checkWord("shaper", shaper);
    addresses = List.copyOf(addresses);
    hostPorts = List.copyOf(hostPorts);
  }

  private static void checkWord(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ') {
        throw new IllegalArgumentException(what + " \"" + text + "\" has a space in it");
      }
    }
  }

  /** The addresses alone, primary first: what PodSandboxStatus answers. */
  public List<InetAddress> ips() {
    List<InetAddress> ips = new ArrayList<>(addresses.size());
    for (Cidr address : addresses) {
      ips.add(address.address());
    }
    return ips;
  }

  /** One line of words, e.g. {@code v1 pod=1f… name=default/web mode=builtin link=… addr=…}. */
  public String encode() {
    StringBuilder line = new StringBuilder(VERSION);
    line.append(" pod=").append(podId).append(" name=").append(podName);
    line.append(" mode=").append(mode).append(" link=").append(link);
    if (!shaper.isEmpty()) {
      line.append(" shaper=").append(shaper);
    }
    for (Cidr address : addresses) {
      line.append(" addr=").append(address);
    }
    for (HostPort port : hostPorts) {
      line.append(" port=").append(port);
    }
    return line.toString();
  }

  /**
   * Reads what {@link #encode} wrote; words with an unknown key are skipped, so that an older
   * daemon can read what a newer one wrote.
   *
   * @throws IllegalArgumentException when the line is not an attachment
   */
  public static Attachment decode(String line) {
    AttachmentWords words = new AttachmentWords();
    boolean version = true;
    for (String word : line.split(" ", -1)) {
      if (version && !word.equals(VERSION)) {
        throw new IllegalArgumentException("attachment \"" + line + "\" has an unknown version");
      }
      if (!version) {
        words.take(word);
      }
      version = false;
    }
    return words.attachment(line);
  }
}
