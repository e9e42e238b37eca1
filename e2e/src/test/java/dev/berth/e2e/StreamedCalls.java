package dev.berth.e2e;

import dev.berth.cri.v1.AttachRequest;
import dev.berth.cri.v1.ExecRequest;
import dev.berth.e2e.cri.SpdyClient;
import io.grpc.Context;
import io.grpc.Status;
import java.io.IOException;

/**
 * Exec and Attach from the request to what is heard on the streams, as one call: what fails on the
 * streams is thrown as gRPC's failures are, and a caller that gives up hangs up.
 */
final class StreamedCalls {
  private static final String PROTOCOL = "v4.channel.k8s.io";

  private StreamedCalls() {}

  /** Lets a command print a word and gives what it printed. */
  static String exec(Node node, String container) {
    ExecRequest request =
        ExecRequest.newBuilder()
            .setContainerId(container)
            .addCmd("echo")
            .addCmd("alive")
            .setStdout(true)
            .setStderr(true)
            .build();
    return connected(
        node.runtime().exec(request).getUrl(),
        client -> {
          int error = client.open("streamtype", "error");
          int stdout = client.open("streamtype", "stdout");
          client.open("streamtype", "stderr");
          String end = client.text(error);
          if (!end.contains("\"Success\"")) {
            throw Status.INTERNAL.withDescription(end).asRuntimeException();
          }
          return client.text(stdout);
        });
  }

  /** Attaches to a container that talks, until it is heard. */
  static String attach(Node node, String container) {
    AttachRequest request =
        AttachRequest.newBuilder()
            .setContainerId(container)
            .setStdout(true)
            .setStderr(true)
            .build();
    return connected(
        node.runtime().attach(request).getUrl(),
        client -> {
          client.open("streamtype", "error");
          int stdout = client.open("streamtype", "stdout");
          client.open("streamtype", "stderr");
          client.awaitText(stdout, "tick");
          return "tick";
        });
  }

  private interface Talk {
    String with(SpdyClient client) throws IOException;
  }

  private static String connected(String url, Talk talk) {
    try (SpdyClient client = new SpdyClient(url, PROTOCOL)) {
      Context.CancellationListener leaves = context -> hangUp(client);
      Context.current().addListener(leaves, Runnable::run);
      try {
        return talk.with(client);
      } finally {
        Context.current().removeListener(leaves);
      }
    } catch (IOException e) {
      Status status = Context.current().isCancelled() ? Status.CANCELLED : Status.UNAVAILABLE;
      throw status.withDescription(e.getMessage()).withCause(e).asRuntimeException();
    }
  }

  private static void hangUp(SpdyClient client) {
    try {
      client.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
