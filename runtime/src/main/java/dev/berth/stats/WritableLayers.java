package dev.berth.stats;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sizes of writable layers, measured behind the answers.
 *
 * <p>A layer nobody asked about yet is walked at once as far as a few hundred entries, which covers
 * most; a larger one has no figure until its first walk has ended. Each question after that gets
 * the last figure with its time, and starts a walk behind it when the figure is old.
 *
 * <p>Threads: any may ask; walks run one at a time on a thread of this class.
 */
public final class WritableLayers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WritableLayers.class);

  private static final long AT_ONCE = 256;
  private static final long MOST = 50_000_000;
  private static final int REST = 50;

  private final Kernel kernel;
  private final Clock clock;
  private final long maxAgeNanos;
  private final Map<String, Layer> layers = new ConcurrentHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("berth-layers").daemon().factory());

  /**
   * A size.
   *
   * @param at when it was measured, in nanoseconds since the epoch
   */
  public record Size(long at, long bytes, long inodes) {}

  private static final class Layer {
    private Optional<Size> size = Optional.empty();
    private long due = Long.MIN_VALUE;
    private boolean walking;
    private boolean done;
  }

  WritableLayers(Kernel kernel, Clock clock, long maxAgeNanos) {
    this.kernel = kernel;
    this.clock = clock;
    this.maxAgeNanos = maxAgeNanos;
  }

  /**
   * The last known size; empty when it was not measured yet.
   *
   * @param ended whether nothing writes there any more: one more walk, and no further ones
   */
  Optional<Size> size(String containerId, Path upper, boolean ended) {
    Layer layer = layers.computeIfAbsent(containerId, _ -> new Layer());
    synchronized (layer) {
      boolean first = layer.due == Long.MIN_VALUE;
      if (first) {
        walk(layer, upper, AT_ONCE);
      }
      boolean old = !layer.done && !layer.walking && System.nanoTime() - layer.due >= 0;
      if (old && (!first || layer.size.isEmpty())) {
        layer.walking = true;
        thread.execute(() -> behind(layer, upper, ended));
      }
      return layer.size;
    }
  }

  /** Forgets the layers of containers that are gone. */
  void retain(Predicate<String> containerLives) {
    layers.keySet().removeIf(containerLives.negate());
  }

  private void behind(Layer layer, Path upper, boolean ended) {
    walk(layer, upper, MOST);
    synchronized (layer) {
      layer.walking = false;
      layer.done = ended;
    }
  }

  private void walk(Layer layer, Path upper, long most) {
    long begin = System.nanoTime();
    try {
      LayerSize.Measured found = LayerSize.of(kernel, upper, most);
      long end = System.nanoTime();
      synchronized (layer) {
        layer.due = found.whole() ? end + Math.max(maxAgeNanos, (end - begin) * REST) : end;
        if (found.whole()) {
          layer.size = Optional.of(new Size(now(), found.bytes(), found.inodes()));
        }
      }
    } catch (ErrnoException e) {
      LOG.debug("measure {}: {}", upper, e.getMessage());
      synchronized (layer) {
        layer.due = System.nanoTime() + maxAgeNanos;
      }
    }
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
