package dev.berth.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;

/** Carries a source's answers to one client, as fast as it reads. */
final class Pump<R> {
  private final String verb;
  private final Source<R> source;
  private final ServerCallStreamObserver<R> client;
  private final Runnable whenDone;
  private boolean done;

  Pump(String verb, Source<R> source, ServerCallStreamObserver<R> client, Runnable whenDone) {
    this.verb = verb;
    this.source = source;
    this.client = client;
    this.whenDone = whenDone;
  }

  /** Begins: to be called while the call is being opened. */
  void begin() {
    client.setOnReadyHandler(this::run);
    client.setOnCancelHandler(() -> finish(null));
    source.whenReady(this::run);
    run();
  }

  /** Ends the stream from this side. */
  void end(Status status) {
    finish(() -> client.onError(status.asRuntimeException()));
  }

  private synchronized void run() {
    try {
      while (!done && client.isReady()) {
        R next = source.poll();
        if (next != null) {
          client.onNext(next);
        } else if (source.ended()) {
          finish(client::onCompleted);
        } else {
          return;
        }
      }
    } catch (RuntimeException e) {
      StatusRuntimeException told = FaultInterceptor.statusOf(e, verb).asRuntimeException();
      finish(() -> client.onError(told));
    }
  }

  private synchronized void finish(@Nullable Runnable lastWord) {
    if (done) {
      return;
    }
    done = true;
    source.close();
    whenDone.run();
    if (lastWord != null && !client.isCancelled()) {
      lastWord.run();
    }
  }
}
