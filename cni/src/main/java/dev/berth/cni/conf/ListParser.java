package dev.berth.cni.conf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads network configurations: lists ({@code .conflist}) and single plugins ({@code .conf}), of
 * the versions 0.3.0 to 1.1.0 of the specification. Pure.
 */
public final class ListParser {
  private static final int MOST_PLUGINS = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  private ListParser() {}

  /**
   * Reads one configuration.
   *
   * @param what names it in messages, e.g. its file
   * @throws CniFormatException says what is wrong with it
   */
  public static NetworkList parse(byte[] text, String what) throws CniFormatException {
    return parse(CniJson.object(text, what), what);
  }

  /**
   * Reads one configuration that is JSON already.
   *
   * @throws CniFormatException says what is wrong with it
   */
  public static NetworkList parse(ObjectNode json, String what) throws CniFormatException {
    ObjectNode list = json.has("plugins") ? json : wrap(json);
    String name = CniJson.text(list, "name", what);
    if (!NAME.matcher(name).matches()) {
      throw new CniFormatException(what + ": \"name\" is \"" + name + "\", not a network's name");
    }
    List<PluginConf> plugins = new ArrayList<>();
    for (ObjectNode plugin : CniJson.objects(list, "plugins", what)) {
      plugins.add(plugin(plugin, what));
    }
    if (plugins.isEmpty() || plugins.size() > MOST_PLUGINS) {
      throw new CniFormatException(what + ": it has " + plugins.size() + " plugins");
    }
    return new NetworkList(
        name,
        versions(list, what),
        flag(list, "disableCheck", what),
        flag(list, "disableGC", what),
        plugins,
        list);
  }

  /** A single plugin is a list of one. */
  private static ObjectNode wrap(ObjectNode plugin) {
    ObjectNode list = CniJson.object();
    list.set("cniVersion", plugin.path("cniVersion"));
    list.set("name", plugin.path("name"));
    list.putArray("plugins").add(plugin);
    return list;
  }

  private static PluginConf plugin(ObjectNode plugin, String what) throws CniFormatException {
    String type = CniJson.text(plugin, "type", what);
    // The name becomes part of a path (CVE-2021-20206).
    if (!NAME.matcher(type).matches()) {
      throw new CniFormatException(what + ": \"type\" is \"" + type + "\", not a program's name");
    }
    Set<String> capabilities = new HashSet<>();
    plugin
        .path("capabilities")
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().asBoolean()) {
                capabilities.add(entry.getKey());
              }
            });
    return new PluginConf(type, capabilities, plugin);
  }

  private static List<CniVersion> versions(ObjectNode list, String what) throws CniFormatException {
    List<String> asked = new ArrayList<>();
    asked.add(CniJson.text(list, "cniVersion", what));
    for (JsonNode version : list.path("cniVersions")) {
      asked.add(version.asText());
    }
    List<CniVersion> known = new ArrayList<>();
    for (String text : asked) {
      CniVersion.of(text).filter(version -> !known.contains(version)).ifPresent(known::add);
    }
    if (known.isEmpty()) {
      throw new CniFormatException(
          what + ": \"cniVersion\" is \"" + asked.get(0) + "\"; 0.3.0 to 1.1.0 are supported");
    }
    known.sort(Comparator.reverseOrder());
    return known;
  }

  /** A boolean, which some write as a string. */
  private static boolean flag(ObjectNode list, String field, String what)
      throws CniFormatException {
    JsonNode value = list.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    String text = value.asText();
    if (!text.equals("true") && !text.equals("false")) {
      throw new CniFormatException(what + ": \"" + field + "\" is not true or false");
    }
    return text.equals("true");
  }
}
