package dev.berth.telemetry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.steps.Steps;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Requests as OTLP's JSON (opentelemetry-proto, {@code ExportTraceServiceRequest}): a span a
 * request, one below it for each operation, and one below that for each step.
 */
final class SpanJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SERVER = 2;
  private static final int INTERNAL = 1;
  private static final int ERROR = 2;

  private final ArrayNode spans;
  private final ObjectNode root = JSON.createObjectNode();

  private SpanJson(String instance, String version) {
    ObjectNode resource = root.putArray("resourceSpans").addObject();
    ArrayNode about = resource.putObject("resource").putArray("attributes");
    attribute(about, "service.name", "berth");
    attribute(about, "service.version", version);
    attribute(about, "service.instance.id", instance);
    ObjectNode scope = resource.putArray("scopeSpans").addObject();
    scope.putObject("scope").put("name", "dev.berth");
    spans = scope.putArray("spans");
  }

  /** The body of one export. */
  static String of(List<Call> calls, String instance, String version) {
    SpanJson json = new SpanJson(instance, version);
    calls.forEach(json::add);
    return json.root.toString();
  }

  private void add(Call call) {
    Parent parent = Parent.of(call.traceparent());
    String id = id(8);
    ObjectNode span =
        span(parent.trace(), parent.span(), id, call.method(), SERVER, call.beganAt());
    end(span, call.beganAt() + call.took().toNanos());
    ArrayNode about = span.putArray("attributes");
    attribute(about, "rpc.method", call.method());
    attribute(about, "berth.request", call.id());
    if (!call.podId().isEmpty()) {
      attribute(about, "berth.pod", call.podId());
    }
    if (!call.containerId().isEmpty()) {
      attribute(about, "berth.container", call.containerId());
    }
    if (call.failure() != null) {
      span.putObject("status").put("code", ERROR).put("message", call.failureText());
    }
    for (Steps.Run run : call.runs()) {
      add(run, call.beganAt() + run.begun() - call.begun(), parent.trace(), id);
    }
  }

  private void add(Steps.Run run, long beganAt, String trace, String parent) {
    String id = id(8);
    ObjectNode span = span(trace, parent, id, run.operation(), INTERNAL, beganAt);
    end(span, beganAt + run.took().toNanos());
    if (!run.committed()) {
      span.putObject("status").put("code", ERROR).put("message", "undone");
    }
    for (Steps.Timing step : run.steps()) {
      long at = beganAt + step.afterNanos();
      ObjectNode inner = span(trace, id, id(8), step.step(), INTERNAL, at);
      end(inner, at + step.tookNanos());
      if (step.failed()) {
        inner.putObject("status").put("code", ERROR);
      }
    }
  }

  private ObjectNode span(
      String trace, String parent, String id, String name, int kind, long beganAt) {
    ObjectNode span = spans.addObject();
    span.put("traceId", trace).put("spanId", id);
    if (!parent.isEmpty()) {
      span.put("parentSpanId", parent);
    }
    return span.put("name", name)
        .put("kind", kind)
        .put("startTimeUnixNano", Long.toString(beganAt));
  }

  private static void end(ObjectNode span, long at) {
    span.put("endTimeUnixNano", Long.toString(at));
  }

  private static void attribute(ArrayNode into, String key, String value) {
    into.addObject().put("key", key).putObject("value").put("stringValue", value);
  }

  private static String id(int bytes) {
    byte[] random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    random[0] |= (byte) 1; // all zeros would be no id
    return HexFormat.of().formatHex(random);
  }

  /**
   * The caller's place in its trace.
   *
   * @param span empty when the request is the first of its trace
   */
  record Parent(String trace, String span) {
    /**
     * Of a header as W3C Trace Context has it; a new trace when there is none or it is malformed.
     */
    static Parent of(@Nullable String traceparent) {
      return traceparent != null
              && traceparent.matches("[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-.{2}")
          ? new Parent(traceparent.substring(3, 35), traceparent.substring(36, 52))
          : new Parent(id(16), "");
    }
  }
}
