package dev.berth.image.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.fault.Fault;
import java.io.IOException;
import java.util.List;

/** Reads a foreign JSON object with bounds on everything and no key twice. */
public final class BoundedJson {

  /** The most a manifest, index or config may hold, in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_TOKENS = 500_000;
  private static final int MAX_NAME = 64 << 10;

  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxNameLength(MAX_NAME)
                          .maxStringLength(MAX_BYTES)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private BoundedJson() {}

  /**
   * Reads one object.
   *
   * @param what names the document in messages, e.g. {@code "manifest of r.example/app:1"}
   * @throws Fault.InvalidArgument it is too large, not JSON, or not an object
   */
  public static JsonFields object(byte[] content, String what) {
    return new JsonFields(asObject(content, what), what);
  }

  /**
   * Reads one array of objects.
   *
   * @throws Fault.InvalidArgument as {@link #object}
   */
  public static List<JsonFields> objects(byte[] content, String what) {
    return JsonFields.objects(read(content, what), what);
  }

  private static JsonNode asObject(byte[] content, String what) {
    JsonNode node = read(content, what);
    if (!node.isObject()) {
      throw new Fault.InvalidArgument(what + ": is not a JSON object");
    }
    return node;
  }

  private static JsonNode read(byte[] content, String what) {
    if (content.length > MAX_BYTES) {
      throw new Fault.InvalidArgument(what + ": is larger than " + MAX_BYTES + " bytes");
    }
    try {
      return READER.readTree(content);
    } catch (JsonProcessingException e) {
      throw new Fault.InvalidArgument(what + ": is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new Fault.InvalidArgument(what + ": is not valid JSON", e);
    }
  }
}
