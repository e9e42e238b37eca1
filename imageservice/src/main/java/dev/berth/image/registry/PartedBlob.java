package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.document.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A large blob from one host, in parts that travel at the same time where one connection alone is
 * slow.
 *
 * <p>The first part is a request of its own. It shows whether the host answers ranges, and whether
 * the reader waits for the network: who unpacks as fast as one connection brings it gets the rest
 * over one, since more would only cost memory. Otherwise a few parts ahead of the reader are on
 * their way, each over a connection of its own and held in memory until the reader comes to it.
 *
 * <p>What is held ahead is bounded for all pulls together; when others hold it all, a blob goes on
 * with one part at a time. The reader sees the bytes in order, so nothing above this knows of
 * parts: hashes, progress and what is kept for a later pull are as with one stream.
 *
 * <p>Threads: one reads. Parts are asked for on virtual threads, which do nothing but HTTP.
 */
final class PartedBlob extends InputStream {
  /** Bytes of a part: long enough that the round trips before it do not count. */
  static final int PART = 4 << 20;

  /** A blob of fewer bytes comes in one stream. */
  static final long SMALLEST = 4L * PART;

  /** Parts of one blob on their way, besides the one that is read. */
  private static final int AHEAD = 3;

  /** Parts of all blobs, ahead of their readers. */
  private static final Semaphore BUDGET = new Semaphore(6);

  /** A first part that took less was fast enough: 100 MiB a second. */
  private static final long FAST_NANOS = 40_000_000;

  private final RegistrySession session;
  private final Descriptor descriptor;
  private final String what;
  private final Deque<Part> ahead = new ArrayDeque<>();
  private BlobStream current;
  private @Nullable Part held;
  private long asked;
  private boolean parallel;
  private final long begin = System.nanoTime();
  private long waited;

  /** A part that was asked for; it holds its share of the budget until it is read. */
  private static final class Part {
    final CompletableFuture<BlobStream> stream = new CompletableFuture<>();

    void abandon() {
      var _ =
          stream.whenComplete(
              (opened, failed) -> {
                if (opened != null) {
                  opened.close();
                }
              });
      BUDGET.release();
    }
  }

  private PartedBlob(
      RegistrySession session, Descriptor descriptor, BlobStream first, String what) {
    this.session = session;
    this.descriptor = descriptor;
    this.current = first;
    this.what = what;
    this.asked = first.end();
  }

  /** Opens a blob, in parts if that is worth it. */
  static InputStream open(RegistrySession session, Descriptor descriptor, long from, String what) {
    if (descriptor.size() - from < SMALLEST) {
      return BlobStream.open(session, descriptor, from, what);
    }
    BlobStream first = BlobStream.part(session, descriptor, from, from + PART, what);
    return first.end() == descriptor.size()
        ? first
        : new PartedBlob(session, descriptor, first, what);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    while (true) {
      long before = System.nanoTime();
      int n = current.read(buffer, offset, length);
      waited += System.nanoTime() - before;
      if (n >= 0 || current.end() == descriptor.size()) {
        return n;
      }
      next();
    }
  }

  private void next() {
    long from = current.end();
    current.close();
    release();
    if (!parallel && !networkIsSlow()) {
      current = BlobStream.open(session, descriptor, from, what);
      return;
    }
    parallel = true;
    held = ahead.poll();
    current =
        held == null
            ? BlobStream.part(session, descriptor, from, end(from), what)
            : opened(held, from);
    if (current.end() < descriptor.size()) {
      fill(current.end());
    }
  }

  private boolean networkIsSlow() {
    long elapsed = System.nanoTime() - begin;
    return elapsed > FAST_NANOS && waited > elapsed / 2;
  }

  private long end(long from) {
    return Math.min(from + PART, descriptor.size());
  }

  /** Asks for parts as far as the window and the budget allow. */
  private void fill(long from) {
    asked = Math.max(asked, from);
    while (ahead.size() < AHEAD && asked < descriptor.size() && BUDGET.tryAcquire()) {
      Part part = new Part();
      long begins = asked;
      asked = end(begins);
      ahead.add(part);
      Thread.ofVirtual().name("berth-part").start(() -> ask(part, begins, end(begins)));
    }
  }

  private void ask(Part part, long from, long to) {
    try {
      BlobStream stream = BlobStream.part(session, descriptor, from, to, what);
      stream.readAhead();
      part.stream.complete(stream);
    } catch (Throwable e) { // told to whoever comes to the part
      part.stream.completeExceptionally(e);
    }
  }

  /** A host that serves one connection but not several gets no more than one from here on. */
  private BlobStream opened(Part part, long from) {
    try {
      return part.stream.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Fault.Cancelled cancelled) {
        throw cancelled;
      }
      abandonAhead();
      return BlobStream.open(session, descriptor, from, what);
    }
  }

  private void abandonAhead() {
    ahead.forEach(Part::abandon);
    ahead.clear();
  }

  private void release() {
    if (held != null) {
      BUDGET.release();
      held = null;
    }
  }

  @Override
  public void close() {
    current.close();
    release();
    abandonAhead();
  }
}
