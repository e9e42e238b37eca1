package dev.berth.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.image.ImageConfig;
import dev.berth.spec.user.AccountFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Requests for tests, written as JSON with single quotes. */
final class Requests {
  static final JsonMapper MAPPER = new JsonMapper();
  static final PodFiles POD_FILES = new PodFiles("/run/berth/pods/p1");

  static final MachineFacts FACTS =
      new MachineFacts(
          CapabilitySet.ALL, false, null, false, -1000, false, true, List.of(), "node1", true);

  static final String PASSWD =
      """
      root:x:0:0:root:/root:/bin/sh
      app:x:1000:1000::/home/app:/bin/sh
      evil:x:1001:1001::/home/a	b:/bin/sh
      """;
  static final String GROUP =
      """
      root:x:0:
      wheel:x:10:root
      extra:x:50000:app
      """;

  private Requests() {}

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static PodSandboxConfig pod(String text) {
    return pod(json(text));
  }

  static PodSandboxConfig pod(JsonNode json) {
    return ProtoJson.merge(json, PodSandboxConfig.newBuilder()).build();
  }

  static ContainerConfig container(String text) {
    return container(json(text));
  }

  static ContainerConfig container(JsonNode json) {
    ContainerConfig.Builder builder = ProtoJson.merge(json, ContainerConfig.newBuilder());
    if (!builder.hasMetadata()) {
      builder.getMetadataBuilder().setName("c");
    }
    return builder.build();
  }

  static ImageConfig image(JsonNode json) {
    return new ImageConfig(
        json.path("user").asText(""),
        words(json.path("env")),
        words(json.path("entrypoint")),
        words(json.path("cmd")),
        json.path("workingDir").asText(""),
        new TreeMap<>(),
        json.path("stopSignal").asText(""),
        new TreeSet<>(),
        new TreeSet<>());
  }

  private static List<String> words(JsonNode json) {
    return json.valueStream().map(JsonNode::asText).toList();
  }

  static AccountFiles accounts() {
    return new AccountFiles() {
      @Override
      public Optional<byte[]> passwd() {
        return Optional.of(PASSWD.getBytes(StandardCharsets.UTF_8));
      }

      @Override
      public Optional<byte[]> group() {
        return Optional.of(GROUP.getBytes(StandardCharsets.UTF_8));
      }
    };
  }

  static ContainerRequest request(JsonNode container, JsonNode pod, JsonNode image) {
    return new ContainerRequest(
        "p1",
        container(container),
        pod(pod),
        image(image),
        accounts(),
        Map.of(0, List.of("/l/2", "/l/1")),
        POD_FILES,
        "/kubepods/pod1/c1");
  }

  /** A container in a usual pod from an image that runs {@code /bin/app}. */
  static ContainerRequest request(String container) {
    return request(
        json(container),
        json("{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}}"),
        json("{'entrypoint': ['/bin/app']}"));
  }

  static ContainerSpec translate(String container) {
    return translate(container, new FakeHost());
  }

  static ContainerSpec translate(String container, HostFiles host) {
    return new ContainerTranslator(FACTS, host).translate(request(container));
  }
}
