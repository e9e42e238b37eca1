package dev.berth.shim;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.shim.Wire.Operation;
import dev.berth.shim.Wire.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: requests out, replies matched by id, events handed on.
 *
 * <p>Senders are many threads; {@link #received} and {@link #broken} are called by the loop's
 * thread only, which is also the one that completes futures. So what depends on a reply is done
 * before the next message is looked at.
 */
final class ShimLine {
  private static final Logger LOG = LoggerFactory.getLogger(ShimLine.class);

  /** For what a shim answers at once: one that does not is stuck, and what ends pods goes on. */
  private static final Duration PROMPT = Duration.ofSeconds(10);

  /** Hears of what comes unasked. Called by the loop's thread. */
  interface Events {
    void exited(String container, ExitRecord exit);

    void execExited(String container, String exec, ExitRecord exit);

    /** The line is gone; asked tells whether we closed it ourselves. */
    void broken(boolean asked);
  }

  private final Kernel kernel;
  private final String podId;
  private final Fd socket;
  private final Duration deadline;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<Reply>> waiting = new ConcurrentHashMap<>();
  private final Events events;
  private volatile int version = Wire.VERSION;
  private volatile boolean closed;
  private volatile boolean gone;

  ShimLine(Kernel kernel, String podId, Fd socket, Duration deadline, Events events) {
    this.kernel = kernel;
    this.podId = podId;
    this.socket = socket;
    this.deadline = deadline;
    this.events = events;
  }

  Fd socket() {
    return socket;
  }

  String podId() {
    return podId;
  }

  boolean isGone() {
    return gone;
  }

  /** Says which version of the messages the shim at the other end knows. */
  void speaks(int version) {
    this.version = version;
  }

  /** Fills in a request's body. */
  interface Body {
    void write(Wire.Request request);
  }

  /**
   * Sends a request and waits for its answer, which is worked on by the loop's thread.
   *
   * @throws ShimFailure what the shim said, or UNREACHABLE, or WRONG_STATE when the shim is of an
   *     older version that does not know the operation
   */
  <T> T call(Operation operation, Body body, List<Fd> fds, Function<Reply, T> then)
      throws ShimFailure {
    if (operation.since() > version) {
      throw new ShimFailure(
          ShimFailure.Kind.WRONG_STATE,
          operation.step() + ": the shim of pod " + podId + " is of an older Berth that cannot",
          0,
          "");
    }
    int id = lastId.incrementAndGet();
    Wire.Request request = new Wire.Request(operation, id);
    body.write(request);
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    CompletableFuture<T> result = reply.thenApply(r -> accept(r, then));
    waiting.put(id, reply);
    try {
      send(operation, request.finish(), fds);
      return await(operation, result);
    } finally {
      waiting.remove(id);
    }
  }

  /** A call without a result. */
  void call(Operation operation, Body body) throws ShimFailure {
    call(operation, body, List.of(), reply -> reply);
  }

  private static <T> T accept(Reply reply, Function<Reply, T> then) {
    if (reply.status() != 0) {
      reply.closeFds();
      throw new RefusedException(Wire.failure(reply));
    }
    return then.apply(reply);
  }

  private void send(Operation operation, ByteBuffer message, List<Fd> fds) throws ShimFailure {
    try {
      if (gone || kernel.sockets().sendWithFds(socket, message, fds, 0) == FileIo.WOULD_BLOCK) {
        throw unreachable(operation, 0);
      }
    } catch (ErrnoException e) {
      throw unreachable(operation, e.errno());
    } catch (IllegalStateException e) {
      throw unreachable(operation, 0);
    }
  }

  private <T> T await(Operation operation, CompletableFuture<T> result) throws ShimFailure {
    try {
      return result.get(patience(operation).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RefusedException refused) {
        throw refused.failure;
      }
      throw unreachable(operation, 0);
    } catch (TimeoutException e) {
      throw unreachable(operation, 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(operation, 0);
    }
  }

  private Duration patience(Operation operation) {
    return operation.waitsForTheMachine() || deadline.compareTo(PROMPT) < 0 ? deadline : PROMPT;
  }

  private ShimFailure unreachable(Operation operation, int errno) {
    return new ShimFailure(
        ShimFailure.Kind.UNREACHABLE, operation.step() + " at the shim of pod", errno, podId);
  }

  /** Takes one message; the loop's thread. */
  void received(Wire.Incoming message) {
    switch (message) {
      case Reply reply -> {
        CompletableFuture<Reply> waiter = waiting.remove(reply.id());
        if (waiter == null || !waiter.complete(reply)) {
          reply.closeFds();
        }
      }
      case Wire.Exited exited -> events.exited(exited.container(), exited.exit());
      case Wire.ExecExited exited ->
          events.execExited(exited.container(), exited.exec(), exited.exit());
      case Wire.Unknown unknown ->
          LOG.warn("shim of pod {} sent event {} that is not known here", podId, unknown.kind());
    }
  }

  /** The other side is gone; the loop's thread, once. */
  void broken() {
    gone = true;
    socket.close();
    waiting.values().forEach(w -> w.completeExceptionally(new LostException()));
    events.broken(closed);
  }

  /** Hangs up; the loop's thread notices and closes. */
  void hangUp() {
    closed = true;
    try {
      if (!gone) {
        kernel.sockets().shutdown(socket, 2);
      }
    } catch (ErrnoException | IllegalStateException e) {
      LOG.debug("the line to the shim of pod {} was gone already", podId, e);
    }
  }

  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient ShimFailure failure;

    RefusedException(ShimFailure failure) {
      super(failure);
      this.failure = failure;
    }
  }

  private static final class LostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
