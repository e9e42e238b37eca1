package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.VersionRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A request that is broken at one step, and what a client does next.
 *
 * @param step as the switch has it
 */
record BrokenCall(Testbed bed, FaultSwitch faults, String step, StepFault fault) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * How it went.
   *
   * @param failure what the broken request was answered
   * @param answer the answer to the one that followed
   */
  record Outcome<T>(Status.Code failure, T answer) {}

  /**
   * Sends the request, which must fail, mends the step and sends the next one, to a new daemon when
   * the old one died. A request that hangs is given up by its caller and sent again while its first
   * run still hangs.
   *
   * @param next what a client sends after a failure: most often the same again
   */
  <T> Outcome<T> make(Function<Node, T> request, Function<Node, T> next) {
    faults.forget();
    faults.breakStep(step, fault);
    try {
      if (fault == StepFault.HANGS) {
        return hung(request, next);
      }
      Status.Code failure = failed(request);
      return new Outcome<>(failure, next.apply(bed.node()));
    } finally {
      faults.mend();
    }
  }

  private Status.Code failed(Function<Node, ?> request) {
    StatusRuntimeException failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> request.apply(bed.node()));
    assertThat(failure).as("%s did not break the request at %s", fault, step).isNotNull();
    if (fault == StepFault.DIES) {
      // the connection breaks a moment before the process is gone
      await().atMost(PATIENCE).until(() -> !bed.daemon().alive());
    }
    faults.mend();
    if (fault == StepFault.DIES) {
      restart();
    }
    return failure.getStatus().getCode();
  }

  private void restart() {
    try {
      bed.restarted();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> Outcome<T> hung(Function<Node, T> request, Function<Node, T> next) {
    Context.CancellableContext caller = Context.current().withCancellation();
    try {
      CompletableFuture<T> first = new CompletableFuture<>();
      Thread.startVirtualThread(caller.wrap(() -> complete(first, request)));
      await().atMost(PATIENCE).until(() -> faults.seen().contains(step));
      caller.cancel(null);
      Status.Code failure = failure(first);
      othersAreAnswered();
      CompletableFuture<T> again = new CompletableFuture<>();
      Thread.startVirtualThread(() -> complete(again, node -> sameOrNext(node, request, next)));
      faults.mend();
      return new Outcome<>(failure, again.orTimeout(60, TimeUnit.SECONDS).join());
    } finally {
      caller.cancel(null);
    }
  }

  /** The first may be through before the second arrives, which then finds its work done. */
  private static <T> T sameOrNext(Node node, Function<Node, T> request, Function<Node, T> next) {
    try {
      return request.apply(node);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      return next.apply(node);
    }
  }

  private <T> void complete(CompletableFuture<T> future, Function<Node, T> request) {
    try {
      future.complete(request.apply(bed.node()));
    } catch (StatusRuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  private static Status.Code failure(CompletableFuture<?> given) {
    CompletionException failure =
        catchThrowableOfType(
            CompletionException.class,
            () -> given.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
    return Status.fromThrowable(failure).getCode();
  }

  /** A step that hangs holds up nobody but those who ask for the same. */
  private void othersAreAnswered() {
    bed.node().runtime().version(VersionRequest.getDefaultInstance());
    bed.node().runtime().listContainers(ListContainersRequest.getDefaultInstance());
  }
}
