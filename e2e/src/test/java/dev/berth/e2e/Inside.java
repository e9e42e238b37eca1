package dev.berth.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.v1.ContainerConfig;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.Prober;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the prober saw around itself: the container as its process finds it. */
record Inside(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final class Image {
    private static final String NAME = push();

    private static String push() {
      try {
        return TestImages.push("prober", Prober.image().build());
      } catch (IOException e) {
        throw new UncheckedIOException("building the prober's image", e);
      }
    }
  }

  /** Lets a node have the prober's image. */
  static void prepare(Node node) {
    node.pull(Image.NAME);
  }

  /** A container that probes and ends; tries as prober.c has them. */
  static ContainerConfig.Builder prober(String name, String... tries) {
    List<String> words = new ArrayList<>(List.of("/prober"));
    words.addAll(List.of(tries));
    return Pods.container(name, Image.NAME, words.toArray(String[]::new));
  }

  /** A container of the prober's image that waits to be killed. */
  static ContainerConfig.Builder sleeper(String name) {
    return Pods.container(name, Image.NAME, "/prober", "sleep");
  }

  /** Runs a probing container to its end. */
  static Inside of(Node node, String pod, ContainerConfig.Builder prober) {
    return read(node.output(pod, prober));
  }

  /** Probes by an exec in a running container. */
  static Inside exec(Node node, String container, String... tries) {
    List<String> words = new ArrayList<>(List.of("/prober"));
    words.addAll(List.of(tries));
    return read(node.exec(container, words.toArray(String[]::new)).getStdout().toStringUtf8());
  }

  private static Inside read(String text) {
    try {
      return new Inside(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new AssertionError("the prober printed: " + text, e);
    }
  }

  /** Kind of namespace → its identity, as the machine's own has one too. */
  Map<String, String> namespaces() {
    var namespaces = new TreeMap<String, String>();
    json.path("namespaces")
        .properties()
        .forEach(e -> namespaces.put(e.getKey(), e.getValue().asText()));
    return namespaces;
  }

  /** The identities of the machine's namespaces. */
  static String ofMachine(String kind) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns").resolve(kind)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a namespace of the machine", e);
    }
  }

  long capabilities(String set) {
    return Long.parseUnsignedLong(json.path("status").path("Cap" + set).asText(), 16);
  }

  String status(String key) {
    return json.path("status").path(key).asText();
  }

  List<Integer> groups() {
    return StreamSupport.stream(json.path("groups").spliterator(), false)
        .map(JsonNode::asInt)
        .toList();
  }

  /** The last mount on a path: the one that is seen. */
  JsonNode mount(String target) {
    return mounts()
        .filter(m -> m.path("target").asText().equals(target))
        .reduce((a, b) -> b)
        .orElseThrow(() -> new AssertionError("nothing is mounted on " + target));
  }

  Stream<JsonNode> mounts() {
    return StreamSupport.stream(json.path("mounts").spliterator(), false);
  }

  List<String> options(String target) {
    return List.of(mount(target).path("options").asText().split(",", -1));
  }

  /** What an attempt gave: what it read, "ok" or the name of an error. */
  String tried(String what) {
    JsonNode tried = json.path("tries").path(what);
    if (tried.isMissingNode()) {
      throw new AssertionError("was not tried: " + what);
    }
    return tried.asText();
  }
}
