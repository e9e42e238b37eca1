package dev.berth.spec.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads and writes {@link OciSpec} as config.json. Off the hot path: it loads a JSON library. */
public final class OciJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private OciJson() {}

  /** The config.json of a spec. */
  public static byte[] write(OciSpec spec) {
    try {
      return MAPPER.writeValueAsBytes(spec);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write config.json", e);
    }
  }

  /** A process.json, for one more process in a container. */
  public static byte[] write(OciProcess process) {
    try {
      return MAPPER.writeValueAsBytes(process);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write process.json", e);
    }
  }

  /** The spec as a tree, for comparing. */
  public static JsonNode tree(OciSpec spec) {
    return MAPPER.valueToTree(spec);
  }

  /**
   * Reads back what {@link #write} wrote.
   *
   * @throws IOException it is not such a document
   */
  public static OciSpec read(byte[] json) throws IOException {
    return MAPPER.readValue(new String(json, StandardCharsets.UTF_8), OciSpec.class);
  }
}
