package dev.berth.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.jspecify.annotations.Nullable;

/** Keeps the {@code traceparent} that a client sent (W3C Trace Context) where verbs run. */
final class TraceContext implements ServerInterceptor {
  private static final Context.Key<String> KEY = Context.key("traceparent");
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /** The running call's; null when its client sent none. */
  static @Nullable String current() {
    return KEY.get();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String sent = headers.get(HEADER);
    return sent == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(Context.current().withValue(KEY, sent), call, headers, next);
  }
}
