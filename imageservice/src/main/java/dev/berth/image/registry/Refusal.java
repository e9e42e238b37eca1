package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.JsonFields;
import java.io.IOException;
import java.util.List;

/** Turns an answer that is not a success into the fault it means. */
final class Refusal {
  private static final int MAX_BODY = 16 << 10;
  private static final int MAX_SHOWN = 300;

  private Refusal() {}

  /**
   * The fault of an answer, whose body is read for an explanation.
   *
   * @param what names the request in messages
   */
  static Fault of(Exchange answer, String what) {
    String said = what + ": " + answer.from().getAuthority() + " answered " + answer.status();
    String message = said + explanation(answer);
    return switch (answer.status()) {
      case 401, 403, 407 -> new Fault.Unauthenticated(message);
      case 404, 410 -> new Fault.NotFound(message);
      case 429 -> new Fault.Unavailable(message + " (rate limit)");
      default -> new Fault.Unavailable(message);
    };
  }

  private static String explanation(Exchange answer) {
    try {
      byte[] body = answer.body().readNBytes(MAX_BODY);
      List<JsonFields> errors = BoundedJson.object(body, "error").objects("errors");
      if (errors.isEmpty()) {
        return "";
      }
      String code = errors.getFirst().text("code");
      String message = errors.getFirst().text("message");
      return ": " + clean(code + " " + message);
    } catch (IOException | Fault e) {
      return "";
    }
  }

  private static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.chars()
        .limit(MAX_SHOWN)
        .forEach(c -> clean.append(Character.isISOControl(c) ? ' ' : (char) c));
    return new String(clean.toString().getBytes(UTF_8), UTF_8).strip();
  }
}
