package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.conf.CniFormatException;
import dev.berth.cni.conf.CniJson;
import dev.berth.network.Cidr;
import java.util.ArrayList;
import java.util.List;

/**
 * What an ADD answered.
 *
 * @param json as the plugin wrote it: the next plugin's, and DEL's, previous result
 * @param addresses of the pod's own interface, in the plugin's order
 */
public record CniResult(ObjectNode json, List<Cidr> addresses) {
  private static final int MOST_ADDRESSES = 32;

  /** Keeps a copy of the list. */
  public CniResult {
    addresses = List.copyOf(addresses);
  }

  /**
   * Reads a result of version 0.3.0 or later.
   *
   * @param ifName the pod's interface
   * @throws CniFormatException says what is wrong with it
   */
  public static CniResult parse(byte[] text, String ifName, String what) throws CniFormatException {
    return of(CniJson.object(text, what), ifName, what);
  }

  /** As {@link #parse}, of JSON. */
  public static CniResult of(ObjectNode json, String ifName, String what)
      throws CniFormatException {
    List<ObjectNode> interfaces = CniJson.objects(json, "interfaces", what);
    List<Cidr> addresses = new ArrayList<>();
    for (ObjectNode ip : CniJson.objects(json, "ips", what)) {
      Cidr address = address(ip, what);
      if (isPods(ip.path("interface"), interfaces, ifName)) {
        addresses.add(address);
      }
    }
    if (addresses.size() > MOST_ADDRESSES) {
      throw new CniFormatException(what + ": it has " + addresses.size() + " addresses");
    }
    return new CniResult(json, addresses);
  }

  private static Cidr address(ObjectNode ip, String what) throws CniFormatException {
    String text = CniJson.text(ip, "address", what);
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CniFormatException(what + ": address " + e.getMessage());
    }
  }

  /** An address that names no interface is the pod's; others may be on the host's side. */
  private static boolean isPods(JsonNode index, List<ObjectNode> interfaces, String ifName) {
    if (!index.isIntegralNumber() || interfaces.isEmpty()) {
      return true;
    }
    int at = index.intValue();
    if (at < 0 || at >= interfaces.size()) {
      return true;
    }
    ObjectNode its = interfaces.get(at);
    return !its.path("sandbox").asText().isEmpty() && its.path("name").asText().equals(ifName);
  }
}
