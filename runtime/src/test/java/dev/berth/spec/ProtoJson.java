package dev.berth.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/** Reads protobuf messages from JSON with the fields' own names, as crictl's users write them. */
final class ProtoJson {
  private ProtoJson() {}

  static <B extends Message.Builder> B merge(JsonNode json, B builder) {
    json.properties().forEach(e -> field(e.getKey(), e.getValue(), builder));
    return builder;
  }

  private static void field(String name, JsonNode json, Message.Builder builder) {
    FieldDescriptor field = builder.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalArgumentException(
          "no field " + name + " in " + builder.getDescriptorForType().getName());
    }
    if (field.isMapField()) {
      json.properties().forEach(e -> builder.addRepeatedField(field, entry(field, e, builder)));
    } else if (field.isRepeated()) {
      json.forEach(each -> builder.addRepeatedField(field, value(field, each, builder)));
    } else {
      builder.setField(field, value(field, json, builder));
    }
  }

  private static Message entry(
      FieldDescriptor field, java.util.Map.Entry<String, JsonNode> e, Message.Builder builder) {
    Message.Builder entry = builder.newBuilderForField(field);
    var type = entry.getDescriptorForType();
    entry.setField(type.findFieldByName("key"), e.getKey());
    FieldDescriptor value = type.findFieldByName("value");
    return entry.setField(value, value(value, e.getValue(), entry)).build();
  }

  private static Object value(FieldDescriptor field, JsonNode json, Message.Builder builder) {
    return switch (field.getJavaType()) {
      case STRING -> json.textValue();
      case BOOLEAN -> json.booleanValue();
      case INT -> json.intValue();
      case LONG -> json.longValue();
      case DOUBLE -> json.doubleValue();
      case FLOAT -> json.floatValue();
      case BYTE_STRING -> ByteString.copyFromUtf8(json.textValue());
      case ENUM -> enumValue(field, json);
      case MESSAGE -> merge(json, builder.newBuilderForField(field)).build();
    };
  }

  private static EnumValueDescriptor enumValue(FieldDescriptor field, JsonNode json) {
    EnumValueDescriptor value = field.getEnumType().findValueByName(json.textValue());
    if (value == null) {
      throw new IllegalArgumentException("no value " + json + " of " + field.getFullName());
    }
    return value;
  }
}
