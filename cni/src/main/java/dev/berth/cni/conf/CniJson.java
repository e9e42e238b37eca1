package dev.berth.cni.conf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes the JSON objects of the CNI, with bounds on everything that is read. */
public final class CniJson {
  /** The most that one text may hold, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_ELEMENTS = 1024;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxTokenCount(200_000)
                          .maxNameLength(4096)
                          .maxStringLength(MAX_BYTES)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CniJson() {}

  /**
   * Reads one object.
   *
   * @param what names the text in messages
   * @throws CniFormatException it is too large, not JSON, or not an object
   */
  public static ObjectNode object(byte[] bytes, String what) throws CniFormatException {
    if (bytes.length > MAX_BYTES) {
      throw new CniFormatException(what + " is larger than " + MAX_BYTES + " bytes");
    }
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new CniFormatException(what + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CniFormatException(what + " cannot be read: " + e.getMessage(), e);
    }
    throw new CniFormatException(what + " is not a JSON object");
  }

  /** A new, empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** As bytes. */
  public static byte[] bytes(ObjectNode object) {
    try {
      return MAPPER.writeValueAsBytes(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write JSON", e);
    }
  }

  /**
   * A field that is a string; {@code ""} when absent.
   *
   * @throws CniFormatException it is something else
   */
  public static String text(JsonNode object, String field, String what) throws CniFormatException {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new CniFormatException(what + ": \"" + field + "\" is not a string");
    }
    return value.textValue();
  }

  /**
   * A field that is a list of objects; empty when absent.
   *
   * @throws CniFormatException it is something else, or too long
   */
  public static List<ObjectNode> objects(JsonNode object, String field, String what)
      throws CniFormatException {
    JsonNode value = object.path(field);
    List<ObjectNode> found = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return found;
    }
    if (!value.isArray() || value.size() > MAX_ELEMENTS) {
      throw new CniFormatException(what + ": \"" + field + "\" is not a list of bounded size");
    }
    for (JsonNode element : value) {
      if (!(element instanceof ObjectNode one)) {
        throw new CniFormatException(what + ": \"" + field + "\" holds what is not an object");
      }
      found.add(one);
    }
    return found;
  }
}
