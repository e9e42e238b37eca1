package dev.berth.image.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.fault.Fault;
import dev.berth.image.DiskUse;
import dev.berth.image.Image;
import dev.berth.image.content.ContentStore;
import dev.berth.image.content.DurableFiles;
import dev.berth.image.content.StorePaths;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The node's image records and who needs what they name. */
public final class ImageStore {
  private final StorePaths paths;
  private final ContentStore content;
  private final LayerStore layers;
  private final PinnedNames pins;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ImageId, Integer> leases = new HashMap<>();
  private final Map<ImageId, Holdings> holdings = new HashMap<>();
  private volatile Catalog catalog = Catalog.of(List.of());
  private List<Path> leftovers = List.of();
  private long sequence;
  private boolean swept;

  private ImageStore(StorePaths paths, ContentStore content, LayerStore layers, PinnedNames pins) {
    this.pins = pins;
    this.paths = paths;
    this.content = content;
    this.layers = layers;
  }

  /**
   * Reads the records of a store whose directories exist, and moves what no record names out of the
   * way. Deleting it is left to {@link #sweep}, since a start must not wait for it.
   */
  public static ImageStore open(
      StorePaths paths, ContentStore content, LayerStore layers, PinnedNames pins)
      throws IOException {
    ImageStore store = new ImageStore(paths, content, layers, pins);
    store.load();
    return store;
  }

  private void load() throws IOException {
    lock.lock();
    try {
      Collection<ImageRecord> records = RecordFiles.read(paths);
      for (ImageRecord record : records) {
        sequence = Math.max(sequence, record.sequence());
        holdings.put(record.id(), Holdings.adopt(record, content, layers));
      }
      catalog = Catalog.of(records);
      content.removeUnheld();
      leftovers = Leftovers.toTrash(paths, layers);
    } finally {
      lock.unlock();
    }
  }

  /** Every image that was not removed and is whole. */
  public List<Image> list() {
    return catalog.images().stream().filter(this::isWhole).map(this::shown).toList();
  }

  /** An image of this store as others see it. */
  public Image shown(ImageRecord record) {
    return record.image(pins.anyOf(record.names()));
  }

  /**
   * The image a text leads to.
   *
   * @throws Fault.InvalidArgument it is an ambiguous prefix, or no name at all
   */
  public Optional<Image> find(String text) {
    return catalog.find(text).map(Catalog.Match::record).filter(this::isWhole).map(this::shown);
  }

  /** Whether none of an image's layers is known to be lost: one that is not whole is not shown. */
  private boolean isWhole(ImageRecord record) {
    return record.layers().stream().noneMatch(layer -> layers.isLost(layer.diffId()));
  }

  /** Whether the files of an image are there; what is not is remembered as lost. */
  public boolean isThere(ImageRecord record) {
    return record.blobs().stream().allMatch(content::has)
        && record.layers().stream().allMatch(layer -> layers.isThere(layer.diffId()));
  }

  /** Every record, those of removed images that are in use too. */
  Collection<ImageRecord> records() {
    return List.copyOf(catalog.records());
  }

  /** What the images use of the disk. */
  public DiskUse diskUse() {
    lock.lock();
    try {
      return new DiskAccount(records()).of(r -> leases.containsKey(r.id()), r -> shown(r).pinned());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a damaged layer out of the way.
   *
   * @return false when a container runs from an image that has it, and nothing was done
   */
  boolean discardUnused(Digest diffId) {
    lock.lock();
    try {
      for (ImageRecord record : catalog.records()) {
        boolean has = record.layers().stream().anyMatch(l -> l.diffId().equals(diffId));
        if (has && leases.containsKey(record.id())) {
          return false;
        }
      }
      layers.discard(diffId);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The record of an image, also of one that was removed and is leased. */
  public ImageRecord record(ImageId id) {
    return catalog
        .record(id)
        .orElseThrow(() -> new Fault.NotFound("image \"" + id + "\": not on this node"));
  }

  /** The record of an image that was not removed. */
  public Optional<ImageRecord> present(ImageId id) {
    return catalog.record(id).filter(record -> !record.removed());
  }

  /**
   * Makes an image visible, or gives an image more names. Everything it names must be held by the
   * caller and durable. Tags it has are taken from whoever had them.
   *
   * @param fresh the image; its sequence number is set here
   * @return the image as it is now
   */
  public Image add(ImageRecord fresh) throws IOException {
    lock.lock();
    try {
      Optional<ImageRecord> earlier = catalog.record(fresh.id());
      ImageRecord merged = earlier.map(fresh::withNamesOf).orElse(fresh).numbered(++sequence);
      Holdings held = Holdings.adopt(merged, content, layers);
      try {
        write(merged);
      } catch (IOException e) {
        held.close();
        throw e;
      }
      close(holdings.put(merged.id(), held));
      catalog = catalog.with(merged);
      takeTags(merged);
      return shown(merged);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void takeTags(ImageRecord owner) throws IOException {
    for (ImageRecord other : List.copyOf(catalog.images())) {
      if (!other.id().equals(owner.id()) && other.sharesTagWith(owner)) {
        ImageRecord left = other.withoutTagsOf(owner, ++sequence);
        write(left);
        catalog = catalog.with(left);
      }
    }
  }

  /**
   * Takes a name away, or an image with all its names; see {@link dev.berth.image.Images#remove}.
   */
  public void remove(String text) throws IOException {
    Holdings freed;
    lock.lock();
    try {
      Optional<Catalog.Match> match = catalog.find(text);
      if (match.isEmpty()) {
        return;
      }
      freed = remove(match.get());
    } finally {
      lock.unlock();
    }
    close(freed);
  }

  @GuardedBy("lock")
  private @Nullable Holdings remove(Catalog.Match match) throws IOException {
    ImageRecord record = match.record();
    if (match.name().isPresent()) {
      ImageRecord left = record.without(match.name().get(), ++sequence);
      if (left.isNamed()) {
        write(left);
        catalog = catalog.with(left);
        return null;
      }
    }
    if (shown(record).pinned()) {
      throw new Fault.FailedPrecondition("removing image \"" + record.id() + "\": it is pinned");
    }
    if (leases.containsKey(record.id()) || !swept) {
      ImageRecord removed = record.asRemoved(++sequence);
      write(removed);
      catalog = catalog.with(removed);
      return null;
    }
    return forget(record.id());
  }

  /** Deletes the record; what it held is the caller's to close, outside the lock. */
  @GuardedBy("lock")
  private @Nullable Holdings forget(ImageId id) throws IOException {
    DurableFiles.removeSynced(paths.record(id));
    catalog = catalog.without(id);
    return holdings.remove(id);
  }

  /**
   * Counts one more user of an image's layers.
   *
   * @throws Fault.NotFound there is no such image, not even a removed one, or it is not whole
   */
  public ImageRecord lease(ImageId id) {
    lock.lock();
    try {
      ImageRecord record = record(id);
      for (ImageRecord.LayerRecord layer : record.layers()) {
        if (!layers.isThere(layer.diffId())) {
          throw new Fault.NotFound(
              "image \"" + id + "\": layer " + layer.diffId() + " is missing, pull it again");
        }
      }
      leases.merge(id, 1, Integer::sum);
      return record;
    } finally {
      lock.unlock();
    }
  }

  /** Counts one user less; the last one of a removed image frees it before this returns. */
  public void release(ImageId id) {
    Holdings freed = null;
    lock.lock();
    try {
      if (leases.merge(id, -1, Integer::sum) > 0) {
        return;
      }
      leases.remove(id);
      if (swept && catalog.record(id).filter(ImageRecord::removed).isPresent()) {
        freed = forget(id);
      }
    } catch (IOException e) {
      throw new Fault.Internal("freeing image \"" + id + "\": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
    close(freed);
  }

  /**
   * Frees removed images that nobody leased, and what an earlier daemon left unfinished; from now
   * on removed images are freed at once.
   */
  public void sweep() throws IOException {
    List<Holdings> freed = new ArrayList<>();
    lock.lock();
    try {
      swept = true;
      for (ImageRecord record : List.copyOf(catalog.records())) {
        if (record.removed() && !leases.containsKey(record.id())) {
          Holdings held = forget(record.id());
          if (held != null) {
            freed.add(held);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    freed.forEach(Holdings::close);
    for (Path leftover : leftovers) {
      layers.deleteLeftover(leftover);
    }
    leftovers = List.of();
  }

  private void write(ImageRecord record) throws IOException {
    DurableFiles.writeSynced(
        paths.freshIngest("record"), paths.record(record.id()), RecordCodec.encode(record));
  }

  private static void close(@Nullable Holdings held) {
    if (held != null) {
      held.close();
    }
  }
}
