package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/** Messages as JSON: fields by their names in the proto, those that are set, numbers as numbers. */
final class MessageJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private MessageJson() {}

  /** A message's fields. */
  static ObjectNode of(Message message) {
    ObjectNode node = NODES.objectNode();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      node.set(field.getKey().getName(), field(field.getKey(), field.getValue()));
    }
    return node;
  }

  private static JsonNode field(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      ObjectNode map = NODES.objectNode();
      for (Object entry : (List<?>) value) {
        Message pair = (Message) entry;
        var type = pair.getDescriptorForType();
        map.set(
            pair.getField(type.findFieldByName("key")).toString(),
            value(pair.getField(type.findFieldByName("value"))));
      }
      return map;
    }
    if (field.isRepeated()) {
      ArrayNode list = NODES.arrayNode();
      ((List<?>) value).forEach(item -> list.add(value(item)));
      return list;
    }
    return value(value);
  }

  private static JsonNode value(Object value) {
    return switch (value) {
      case Message message -> wrapped(message);
      case String text -> NODES.textNode(text);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case Double number -> NODES.numberNode(number);
      case Float number -> NODES.numberNode(number);
      case Boolean truth -> NODES.booleanNode(truth);
      case EnumValueDescriptor constant -> NODES.textNode(constant.getName());
      case ByteString bytes -> NODES.binaryNode(bytes.toByteArray());
      default -> throw new IllegalArgumentException("a field of " + value.getClass());
    };
  }

  /** The CRI wraps numbers that may be unknown: shown as the number. */
  private static JsonNode wrapped(Message message) {
    var type = message.getDescriptorForType();
    if (type.getName().equals("UInt64Value")) {
      return value(message.getField(type.findFieldByName("value")));
    }
    return of(message);
  }
}
