package dev.berth.streaming.remotecommand;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;

/** How a session ended. */
public sealed interface Outcome {

  /** The command ended by itself. */
  record Exited(int code) implements Outcome {}

  /** It could not be run, or was lost; the message is for people. */
  record Failed(String message) implements Outcome {}

  /**
   * What the error stream says of it.
   *
   * @param structured whether the protocol has a status there (v4 and later) or, as before, words
   *     about a failure and nothing about success
   */
  default byte[] encode(boolean structured) {
    return (structured ? status() : words()).getBytes(StandardCharsets.UTF_8);
  }

  private String words() {
    return switch (this) {
      case Exited(int code) ->
          code == 0 ? "" : "command terminated with non-zero exit code " + code;
      case Failed(String message) -> message;
    };
  }

  /** A {@code Status} of the Kubernetes API (meta/v1). */
  private String status() {
    return switch (this) {
      case Exited(int code) ->
          code == 0
              ? "{\"metadata\":{},\"status\":\"Success\"}"
              : failure(
                  "\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\","
                      + "\"message\":\""
                      + code
                      + "\"}]}");
      case Failed(_) ->
          failure(
              "\"reason\":\"InternalError\",\"details\":{\"causes\":[{\"message\":"
                  + quoted(words())
                  + "}]},\"code\":500");
    };
  }

  private String failure(String rest) {
    return "{\"metadata\":{},\"status\":\"Failure\",\"message\":"
        + quoted(words())
        + ","
        + rest
        + "}";
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
