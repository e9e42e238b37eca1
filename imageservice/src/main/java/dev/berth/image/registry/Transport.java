package dev.berth.image.registry;

import dev.berth.fault.Fault;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

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
    CompletableFuture<HttpResponse<BodyStream>> answer =
        client.sendAsync(addressed(request), info -> body);
    try {
      HttpResponse<BodyStream> response = await(answer, what);
      return new Exchange(response.statusCode(), response.headers(), body, request.uri());
    } catch (ExecutionException e) {
      throw unreachable(request.uri(), e.getCause() == null ? e : e.getCause(), what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fault.Cancelled(what + ": interrupted");
    } finally {
      answer.cancel(true);
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

  private HttpResponse<BodyStream> await(
      CompletableFuture<HttpResponse<BodyStream>> answer, String what)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + stallTimeout.toNanos();
    while (true) {
      if (cancelled.getAsBoolean()) {
        throw new Fault.Cancelled(what + ": cancelled");
      }
      try {
        return answer.get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
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
