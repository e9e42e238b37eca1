package dev.berth.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a prober saw as flat facts, without what is another number in every container, so that two
 * containers can be held beside each other.
 */
record Surroundings(Map<String, String> facts) {
  private static final List<String> FILES = List.of("uid_map", "gid_map", "oom_score_adj");

  static Surroundings of(Inside inside) {
    var facts = new TreeMap<String, String>();
    inside
        .namespaces()
        .forEach(
            (kind, id) ->
                facts.put(
                    "namespace " + kind,
                    id.equals(Inside.ofMachine(kind)) ? "the machine's" : "its own"));
    inside.json().path("status").properties().forEach(e -> put(facts, "status ", e));
    inside.json().path("limits").properties().forEach(e -> put(facts, "limit ", e));
    inside.json().path("devices").properties().forEach(e -> put(facts, "device ", e));
    inside.json().path("tries").properties().forEach(e -> put(facts, "try ", e));
    inside
        .json()
        .path("descriptors")
        .properties()
        .forEach(e -> facts.put("descriptor " + e.getKey(), kind(e.getValue().asText())));
    inside.mounts().forEach(mount -> facts.put("mount " + target(mount), how(mount)));
    FILES.forEach(name -> facts.put(name, inside.json().path(name).asText().strip()));
    facts.put("ids", inside.json().path("uid") + ":" + inside.json().path("gid"));
    facts.put("groups", inside.groups().toString());
    facts.put("pid", inside.json().path("pid").asText());
    facts.put("env", words(inside.json().path("env")));
    return new Surroundings(facts);
  }

  private static void put(Map<String, String> facts, String kind, Map.Entry<String, JsonNode> e) {
    facts.put(kind + e.getKey(), e.getValue().asText());
  }

  private static String kind(String link) {
    return link.replaceAll(":\\[\\d+\\]", "");
  }

  private static String target(JsonNode mount) {
    return mount.path("target").asText();
  }

  private static String how(JsonNode mount) {
    var options = new TreeSet<>(List.of(mount.path("options").asText().split(",", -1)));
    options.remove("relatime");
    String spread = mount.path("propagation").asText().replaceAll(":\\d+", "");
    return String.join(" ", mount.path("type").asText(), String.join(",", options), spread).strip();
  }

  private static String words(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).sorted().collect(Collectors.joining(" "));
  }

  /** Fact → {@code "ours | theirs"}, where they are not the same. */
  Map<String, String> differences(Surroundings theirs) {
    var all = new TreeSet<>(facts.keySet());
    all.addAll(theirs.facts.keySet());
    var different = new TreeMap<String, String>();
    for (String fact : all) {
      String one = facts.get(fact);
      String other = theirs.facts.get(fact);
      if (!Objects.equals(one, other)) {
        different.put(fact, one + " | " + other);
      }
    }
    return different;
  }
}
