package dev.berth.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once in the log which fields a client sends that this build does not know: it is of a later
 * version, and what it asks for there is not done.
 *
 * <p>Only the first requests of each method are looked at, after their answer: a client's version
 * shows early, and looking costs time.
 */
final class UnknownFields {
  private static final Logger LOG = LoggerFactory.getLogger(UnknownFields.class);
  private static final int LOOKS = 200;
  private static final int MOST_TOLD = 500;

  private final Map<String, AtomicInteger> looks = new ConcurrentHashMap<>();
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Looks at a request. */
  void look(String method, Object request) {
    if (request instanceof Message message
        && looks.computeIfAbsent(method, _ -> new AtomicInteger()).getAndIncrement() < LOOKS) {
      within(method, message);
    }
  }

  private void within(String method, Message message) {
    message.getUnknownFields().asMap().keySet().forEach(number -> tell(method, message, number));
    message.getAllFields().forEach((field, value) -> within(method, field, value));
  }

  private void within(String method, FieldDescriptor field, Object value) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return;
    }
    List<?> values = field.isRepeated() ? (List<?>) value : List.of(value);
    values.forEach(one -> within(method, (Message) one));
  }

  private void tell(String method, Message message, int number) {
    String name = message.getDescriptorForType().getFullName();
    if (told.size() < MOST_TOLD && told.add(method + name + number)) {
      LOG.warn(
          "{}: field {} of {} is unknown to this version and was ignored: the client is newer",
          method,
          number,
          name);
    }
  }
}
