package dev.berth.rpc;

import dev.berth.fault.Fault;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what verbs throw into statuses, and logs every failure once.
 *
 * <p>A fault is one line with its causes' messages; anything that nobody foresaw comes with its
 * stack and an id that the client is told too. The failures of callers that have gone away are
 * theirs: they are noted at the level DEBUG.
 */
final class FaultInterceptor implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(FaultInterceptor.class);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var guarded = new CloseOnce<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(guarded, headers)) {
      @Override
      public void onHalfClose() {
        try {
          super.onHalfClose();
        } catch (VerbFailed e) {
          guarded.fail(e.failure());
        } catch (Throwable e) {
          // An Error too: without an answer the client would wait for ever.
          guarded.fail(e);
        }
      }
    };
  }

  private static final class CloseOnce<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private boolean closed;

    CloseOnce(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed = true;
      super.close(status, trailers);
    }

    void fail(Throwable failure) {
      Status status = statusOf(failure, getMethodDescriptor().getBareMethodName());
      if (!closed) {
        close(status, new Metadata());
      }
    }
  }

  /** What a client is told of a failure, which is logged here. */
  static Status statusOf(Throwable failure, @org.jspecify.annotations.Nullable String verb) {
    if (Context.current().isCancelled()) {
      log.debug("{} ended after its caller had gone: {}", verb, chain(failure));
      return io.grpc.Contexts.statusFromCancelled(Context.current());
    }
    Optional<Status> exhausted = ExhaustedMachine.of(failure);
    if (exhausted.isPresent()) {
      log.warn("{}: {}: {}", verb, exhausted.get().getCode(), chain(failure));
      return exhausted.get();
    }
    if (failure instanceof Fault fault) {
      Status status = FaultStatus.of(fault);
      log.info("{}: {}: {}", verb, status.getCode(), chain(fault));
      return status;
    }
    String id = "%08x".formatted(ThreadLocalRandom.current().nextInt());
    log.error("{}: error {}", verb, id, failure);
    return FaultStatus.ofBug(failure, id);
  }

  /** The messages from the failure to its root, and of undos that failed on the way. */
  static String chain(Throwable failure) {
    StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
    Throwable at = failure;
    for (int depth = 0; depth < 10; depth++) {
      for (Throwable suppressed : at.getSuppressed()) {
        text.append("; also: ").append(suppressed);
      }
      at = at.getCause();
      if (at == null) {
        break;
      }
      text.append("; caused by ").append(at);
    }
    return text.toString();
  }
}
