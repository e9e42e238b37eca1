package dev.berth.network;

import java.util.ArrayList;
import java.util.List;

/** Collects the words of an encoded {@link Attachment}. */
final class AttachmentWords {
  private String podId = "";
  private String podName = "";
  private String mode = "";
  private String link = "";
  private String shaper = "";
  private final List<Cidr> addresses = new ArrayList<>();
  private final List<HostPort> hostPorts = new ArrayList<>();

  void take(String word) {
    int equals = word.indexOf('=');
    if (equals < 0) {
      return;
    }
    String value = word.substring(equals + 1);
    switch (word.substring(0, equals)) {
      case "pod" -> podId = value;
      case "name" -> podName = value;
      case "mode" -> mode = value;
      case "link" -> link = value;
      case "shaper" -> shaper = value;
      case "addr" -> addresses.add(Cidr.parse(value));
      case "port" -> hostPorts.add(HostPort.parse(value));
      default -> {
        // A newer daemon's word: not ours to understand.
      }
    }
  }

  Attachment attachment(String line) {
    if (podId.isEmpty() || mode.isEmpty()) {
      throw new IllegalArgumentException("attachment \"" + line + "\" names no pod or no mode");
    }
    return new Attachment(podId, podName, mode, link, shaper, addresses, hostPorts);
  }
}
