package dev.berth.image.registry;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer's body as a stream whose reader never waits longer than the stall timeout.
 *
 * <p>The client may run ahead of the reader by a fixed number of buffers, which bounds memory.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<BodyStream> {
  /** Bytes the client reads at once. */
  static final int BUFFER = 128 << 10;

  private static final int AHEAD = 8;
  private static final long SLICE_MILLIS = 200;

  private static final Flow.Subscription NOT_YET = new Nothing();
  private static final Flow.Subscription CLOSED = new Nothing();

  /** Stands for the client's subscription before it came and after this was closed. */
  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  /** What the client hands over: buffers, the end, or a failure. */
  private record Item(List<ByteBuffer> buffers, boolean last, @Nullable Throwable failure) {}

  private final LinkedBlockingQueue<Item> items = new LinkedBlockingQueue<>();
  private final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>(NOT_YET);
  private final Duration stallTimeout;
  private final BooleanSupplier cancelled;
  private final String what;
  private List<ByteBuffer> current = List.of();
  private int index;
  private boolean ended;

  /**
   * A body.
   *
   * @param cancelled asked while waiting; true ends the read with {@link Fault.Cancelled}
   * @param what names the transfer in messages
   */
  BodyStream(Duration stallTimeout, BooleanSupplier cancelled, String what) {
    this.stallTimeout = stallTimeout;
    this.cancelled = cancelled;
    this.what = what;
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription.compareAndSet(NOT_YET, given)) {
      given.request(AHEAD);
    } else {
      given.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    items.add(new Item(buffers, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    items.add(new Item(List.of(), true, failure));
  }

  @Override
  public void onComplete() {
    items.add(new Item(List.of(), true, null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = filled();
    if (buffer == null) {
      return -1;
    }
    int n = Math.min(length, buffer.remaining());
    buffer.get(target, offset, n);
    return n;
  }

  /** A buffer with something in it; null at the end. */
  private @Nullable ByteBuffer filled() throws IOException {
    while (true) {
      while (index < current.size()) {
        if (current.get(index).hasRemaining()) {
          return current.get(index);
        }
        index++;
      }
      if (ended || !advance()) {
        return null;
      }
    }
  }

  private boolean advance() throws IOException {
    Item item = next();
    current = item.buffers();
    index = 0;
    if (item.last()) {
      ended = true;
      if (item.failure() != null) {
        throw new IOException(what + ": " + item.failure().getMessage(), item.failure());
      }
      return false;
    }
    subscription.get().request(1);
    return true;
  }

  private Item next() throws IOException {
    long deadline = System.nanoTime() + stallTimeout.toNanos();
    try {
      while (true) {
        if (cancelled.getAsBoolean()) {
          throw new Fault.Cancelled(what + ": cancelled");
        }
        Item item = items.poll(SLICE_MILLIS, TimeUnit.MILLISECONDS);
        if (item != null) {
          return item;
        }
        if (System.nanoTime() - deadline >= 0) {
          throw new Fault.DeadlineExceeded(
              what + ": the registry sent nothing for " + stallTimeout.toMillis() + " ms");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fault.Cancelled(what + ": interrupted");
    }
  }

  /** Lets all of it come before it is read: for bodies whose length is known and small. */
  void readAhead() {
    subscription.get().request(Long.MAX_VALUE);
  }

  /** Lets go of the connection, at the end or in the middle. */
  @Override
  public void close() {
    if (!ended) {
      subscription.getAndSet(CLOSED).cancel();
      onComplete();
    }
  }
}
