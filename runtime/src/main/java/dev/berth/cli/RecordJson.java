package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.berth.cri.v1.KeyValue;
import java.util.List;

/**
 * A message's set fields as JSON, by their names. Bytes are only counted, and an environment
 * variable's value is left out: it is a secret more often than not.
 */
final class RecordJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String HIDDEN = "(hidden)";

  private RecordJson() {}

  static ObjectNode of(Message message) {
    ObjectNode out = NODES.objectNode();
    message.getAllFields().forEach((field, value) -> out.set(field.getName(), field(field, value)));
    return out;
  }

  private static JsonNode field(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      ObjectNode map = NODES.objectNode();
      ((List<?>) value).forEach(entry -> put(map, (Message) entry));
      return map;
    }
    if (field.isRepeated()) {
      var list = NODES.arrayNode();
      ((List<?>) value).forEach(each -> list.add(one(field, each)));
      return list;
    }
    return one(field, value);
  }

  private static void put(ObjectNode map, Message entry) {
    var fields = entry.getDescriptorForType();
    Object key = entry.getField(fields.findFieldByNumber(1));
    FieldDescriptor value = fields.findFieldByNumber(2);
    map.set(key.toString(), one(value, entry.getField(value)));
  }

  private static JsonNode one(FieldDescriptor field, Object value) {
    return switch (value) {
      case KeyValue variable ->
          NODES.objectNode().put("key", variable.getKey()).put("value", HIDDEN);
      case Message message -> of(message);
      case EnumValueDescriptor constant -> NODES.textNode(constant.getName());
      case ByteString bytes -> NODES.textNode(bytes.size() + " bytes");
      case String text when field.getName().equals("env") -> NODES.textNode(variable(text));
      case Boolean yes -> NODES.booleanNode(yes);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      default -> NODES.textNode(value.toString());
    };
  }

  /** {@code NAME=VALUE} without the value. */
  private static String variable(String text) {
    int equals = text.indexOf('=');
    return equals < 0 ? text : text.substring(0, equals + 1) + HIDDEN;
  }
}
