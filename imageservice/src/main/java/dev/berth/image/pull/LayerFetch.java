package dev.berth.image.pull;

import dev.berth.fault.Fault;
import dev.berth.image.content.ContentStore;
import dev.berth.image.document.Descriptor;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.reference.Digest;
import dev.berth.image.store.ImageRecord.LayerRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Brings all layers of one image into the layer store, several at once, the largest first.
 *
 * <p>The calling thread works too, so a pull goes on even when the pool is busy with others. After
 * the first failure no further layer is begun and those under way are told to stop.
 */
final class LayerFetch {
  private final LayerStore store;
  private final ContentStore content;
  private final PartialLayers partials;
  private final Set<Digest> kept = ConcurrentHashMap.newKeySet();
  private final ImageSource source;
  private final List<Descriptor> descriptors;
  private final List<LayerBlob> layers;
  private final HeldLayers held;
  private final ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<Integer, LayerRecord> done = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final ProgressBoard board;
  private final Runnable stop;

  /**
   * A fetch.
   *
   * @param board learns how far it is
   * @param stop tells the source's open streams to end
   */
  LayerFetch(
      LayerStore store,
      ContentStore content,
      PartialLayers partials,
      ImageSource source,
      List<Descriptor> descriptors,
      List<LayerBlob> layers,
      HeldLayers held,
      ProgressBoard board,
      Runnable stop) {
    this.store = store;
    this.content = content;
    this.partials = partials;
    this.source = source;
    this.descriptors = descriptors;
    this.layers = layers;
    this.held = held;
    this.board = board;
    this.stop = stop;
    IntStream.range(0, layers.size())
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> -layers.get(i).size()))
        .forEach(queue::add);
  }

  /**
   * Fetches.
   *
   * @param width layers at once, the caller's own among them
   * @return the layers, bottom first
   * @throws Exception the first failure
   */
  List<LayerRecord> run(Executor pool, int width) throws Exception {
    List<FutureTask<Boolean>> helpers = new ArrayList<>();
    for (int i = 1; i < Math.min(width, layers.size()); i++) {
      FutureTask<Boolean> helper = new FutureTask<>(this::work, true);
      helpers.add(helper);
      pool.execute(helper);
    }
    work();
    for (FutureTask<Boolean> helper : helpers) {
      await(helper);
    }
    Exception failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return IntStream.range(0, layers.size()).mapToObj(done::get).toList();
  }

  /** One that did not start has nothing left to do; one that did must be over before the undo. */
  private static void await(FutureTask<Boolean> helper) throws InterruptedException {
    helper.run();
    try {
      helper.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a layer's worker failed", e.getCause());
    }
  }

  private void work() {
    Integer next;
    while (failure.get() == null && (next = queue.poll()) != null) {
      try {
        fetch(next);
      } catch (IOException | RuntimeException e) {
        fail(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(new Fault.Cancelled("pulling layers: interrupted"));
      }
    }
  }

  private void fail(Exception e) {
    if (failure.compareAndSet(null, e)) {
      stop.run();
    }
  }

  private void fetch(int index) throws IOException, InterruptedException {
    LayerStore.Hold hold = acquire(index);
    board.ready(index);
    done.put(index, new LayerRecord(layers.get(index).diffId(), hold.usage()));
  }

  private void keepBlob(Digest digest, PartialLayers.Attempt attempt) throws IOException {
    Optional<Path> whole = attempt.whole();
    Optional<ContentStore.Hold> blob =
        whole.isPresent()
            ? Optional.of(content.adopt(digest, whole.get()))
            : content.holdIfPresent(digest);
    if (blob.isPresent()) {
      held.add(blob.get());
      kept.add(digest);
    }
  }

  /** Digests of the layers whose blobs are in the content store too. */
  Set<Digest> keptBlobs() {
    return kept;
  }

  private LayerStore.Hold acquire(int index) throws IOException, InterruptedException {
    while (true) {
      PartialLayers.Attempt attempt = partials.begin(descriptors.get(index));
      boolean worthless = true;
      try {
        LayerStore.Hold hold =
            store.acquire(layers.get(index), () -> board.counted(index, attempt.open(source)));
        held.add(hold);
        keepBlob(descriptors.get(index).digest(), attempt);
        return hold;
      } catch (Fault.DataLoss e) {
        // bytes from before may be what was wrong: without them once more
        if (!attempt.wasResumed()) {
          throw e;
        }
      } catch (Fault.Unavailable | Fault.DeadlineExceeded | Fault.Cancelled e) {
        worthless = false;
        throw e;
      } finally {
        attempt.end(worthless);
      }
    }
  }
}
