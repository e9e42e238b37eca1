package dev.berth.image.registry;

import dev.berth.fault.Fault;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and waits for the answer's head, never longer than the stall timeout.
 *
 * @param client how to reach the host
 * @param proxies who stands between, and what to tell it
 * @param stallTimeout the longest silence
 * @param cancelled whether the caller has gone away
 */
record Transport(
    HttpClient client, ProxySettings proxies, Duration stallTimeout, BooleanSupplier cancelled) {
  private static final long SLICE_MILLIS = 200;

  /**
   * Sends.
   *
   * @param what names the request in messages
   * @throws Fault.Unavailable the host cannot be reached or broke the connection
   * @throws Fault.DeadlineExceeded it did not answer
   */
  Exchange send(HttpRequest request, String what) {
    BodyStream body = new BodyStream(stallTimeout, cancelled, what);
    CompletableFuture<Exchange> head = new CompletableFuture<>();
    CompletableFuture<?> answer =
        client.sendAsync(
            addressed(request),
            info -> {
              head.complete(new Exchange(info.statusCode(), info.headers(), body, request.uri()));
              return body;
            });
    var _ = answer.whenComplete((_, failure) -> failed(failure, head, body));
    try {
      return await(head, what);
    } catch (ExecutionException e) {
      throw unreachable(request.uri(), e.getCause() == null ? e : e.getCause(), what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fault.Cancelled(what + ": interrupted");
    } finally {
      if (!head.isDone() || head.isCompletedExceptionally()) {
        answer.cancel(true);
      }
    }
  }

  /**
   * A connection that breaks right behind the head fails the client's answer, though the head was
   * seen: then it is the body that broke, and whoever reads it can go on from there.
   */
  private static void failed(
      @Nullable Throwable failure, CompletableFuture<Exchange> head, BodyStream body) {
    if (failure != null) {
      Throwable inner = failure instanceof CompletionException ? failure.getCause() : null;
      Throwable cause = inner == null ? failure : inner;
      if (!head.completeExceptionally(cause)) {
        body.onError(cause);
      }
    }
  }

  /** The client passes this header to the proxy alone. */
  private HttpRequest addressed(HttpRequest request) {
    return proxies
        .authorization(request.uri())
        .map(
            value ->
                HttpRequest.newBuilder(request, (_, _) -> true)
                    .setHeader("Proxy-Authorization", value)
                    .build())
        .orElse(request);
  }

  private Exchange await(CompletableFuture<Exchange> head, String what)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + stallTimeout.toNanos();
    while (true) {
      if (cancelled.getAsBoolean()) {
        throw new Fault.Cancelled(what + ": cancelled");
      }
      try {
        return head.get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw new Fault.DeadlineExceeded(
              what + ": the registry did not answer for " + stallTimeout.toMillis() + " ms", e);
        }
      }
    }
  }

  private static Fault unreachable(URI uri, Throwable cause, String what) {
    String where = what + ": cannot reach " + uri.getScheme() + "://" + uri.getAuthority();
    return new Fault.Unavailable(where + ": " + reason(cause), cause);
  }

  private static String reason(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedAddressException) {
        return "no such host";
      }
      if (each instanceof HttpConnectTimeoutException) {
        return "connecting took too long";
      }
      if (each instanceof SSLException ssl) {
        return "TLS: " + ssl.getMessage();
      }
    }
    if (cause instanceof ConnectException && cause.getMessage() == null) {
      return "connection refused";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
