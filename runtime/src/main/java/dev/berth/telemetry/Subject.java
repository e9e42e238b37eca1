package dev.berth.telemetry;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/** Which pod and container a request is about: the CRI's fields of these names. */
final class Subject {
  static final String POD = "pod_sandbox_id";
  static final String CONTAINER = "container_id";

  private Subject() {}

  /** A message's field of this name; empty when it has none, or nothing is in it. */
  static String field(@Nullable Object message, String name) {
    if (message instanceof Message typed) {
      FieldDescriptor field = typed.getDescriptorForType().findFieldByName(name);
      if (field != null && typed.getField(field) instanceof String text) {
        return text;
      }
    }
    return "";
  }

  /** The first that is not empty. */
  static String either(String one, String other) {
    return one.isEmpty() ? other : one;
  }
}
