package dev.berth.image.layer;

import dev.berth.fault.Fault;
import dev.berth.image.content.StorePaths;
import dev.berth.image.reference.Digest;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked layers, each once, by diff ID.
 *
 * <pre>
 *            acquire              unpacked, renamed
 *   absent ───────────► unpacking ───────────────► present ──┐ acquire: one hold more
 *     ▲                     │ failed                  │ ▲────┘
 *     └─────────────────────┴─────────────────────────┘
 *                              last hold released: renamed to trash, deleted
 * </pre>
 *
 * <p>A layer stays while somebody holds it: image records hold their layers, and so does a pull
 * until its record does. Two pulls that need one layer unpack it once; when the one that does
 * fails, the other tries with its own source. The waiting one never holds up a third, since whoever
 * unpacks waits for nobody.
 *
 * <p>A layer whose directory is found missing or is discarded as damaged is <em>lost</em>: its
 * holds stay, and the next {@link #acquire} unpacks it again.
 *
 * <p>A layer here is whole and verified, but durable only when the file system was synced after;
 * see {@link dev.berth.image.content}.
 */
public final class LayerStore {

  /** Opens the bytes of a layer; called on the thread that unpacks. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /** Keeps one layer until closed. */
  public interface Hold extends AutoCloseable {

    /** What the layer takes. */
    LayerUsage usage();

    /** Gives the layer back; the last one deletes it before returning. */
    @Override
    void close();
  }

  private static final class Slot {
    int holds;
    @Nullable CompletableFuture<LayerUsage> unpacking;
    @Nullable LayerUsage usage;
  }

  private final StorePaths paths;
  private final Kernel kernel;
  private final LayerUnpacker unpacker;
  private final Map<Digest, Slot> slots = new HashMap<>();
  private final Set<Digest> lost = ConcurrentHashMap.newKeySet();
  private LayerUsage total = LayerUsage.NONE;

  /** A store over directories that exist. */
  public LayerStore(StorePaths paths, Kernel kernel, LayerUnpacker unpacker) {
    this.paths = paths;
    this.kernel = kernel;
    this.unpacker = unpacker;
  }

  /** What all layers take, also those on their way out. */
  public synchronized LayerUsage usage() {
    return total;
  }

  /** Keeps a layer that a record names; one whose directory is not there is lost. */
  public synchronized Hold adopt(Digest diffId, LayerUsage usage) {
    Slot slot = slots.computeIfAbsent(diffId, d -> new Slot());
    if (slot.usage == null && slot.unpacking == null) {
      if (Files.isDirectory(paths.layer(diffId))) {
        slot.usage = usage;
        total = total.plus(usage);
      } else {
        lost.add(diffId);
      }
    }
    slot.holds++;
    return new LayerHold(diffId, usage);
  }

  /** Whether a layer that somebody holds is not there; free of cost when none is. */
  public boolean isLost(Digest diffId) {
    return !lost.isEmpty() && lost.contains(diffId);
  }

  /**
   * Looks whether a held layer's directory is there, and remembers it as lost if it is not.
   *
   * @return whether it is there
   */
  public boolean isThere(Digest diffId) {
    if (Files.isDirectory(paths.layer(diffId))) {
      return !isLost(diffId);
    }
    discard(diffId);
    return false;
  }

  /** Takes a damaged layer out of the way; it is lost then. Nothing may be mounted from it. */
  public void discard(Digest diffId) {
    Path trash;
    synchronized (this) {
      Slot slot = slots.get(diffId);
      if (slot == null || slot.usage == null) {
        return;
      }
      total = total.minus(slot.usage);
      slot.usage = null;
      lost.add(diffId);
      trash = toTrash(paths.layer(diffId), diffId);
    }
    delete(trash, diffId);
  }

  /**
   * Counts a layer's files and reads them.
   *
   * @return what is wrong with it; empty when all is as it was unpacked, or nobody holds it
   */
  public Optional<String> check(Digest diffId) throws IOException {
    Hold hold = holdIfPresent(diffId);
    if (hold == null) {
      return isLost(diffId) ? Optional.of("its directory is missing") : Optional.empty();
    }
    try (hold) {
      LayerUsage found = TreeUsage.of(kernel, paths.layer(diffId));
      return found.agrees(hold.usage())
          ? Optional.empty()
          : Optional.of("holds " + found + ", unpacked were " + hold.usage());
    } catch (ErrnoException e) {
      return Optional.of("cannot be read: " + e.getMessage());
    }
  }

  /** Whether somebody holds a layer whose directory has this name. */
  public synchronized boolean isHeld(Digest.Algorithm algorithm, String hex) {
    try {
      return slots.containsKey(new Digest(algorithm, hex));
    } catch (Fault.InvalidArgument notOurs) {
      return false;
    }
  }

  /** Keeps a layer if it is there. */
  public synchronized @Nullable Hold holdIfPresent(Digest diffId) {
    Slot slot = slots.get(diffId);
    if (slot == null || slot.usage == null) {
      return null;
    }
    slot.holds++;
    return new LayerHold(diffId, slot.usage);
  }

  /**
   * Keeps a layer, unpacking it if it is not there.
   *
   * @throws Fault as {@link LayerUnpacker#unpack} and the source
   */
  public Hold acquire(LayerBlob layer, Source source) throws IOException, InterruptedException {
    while (true) {
      Turn turn = turn(layer.diffId());
      if (turn.present() != null) {
        return new LayerHold(layer.diffId(), turn.present());
      }
      if (turn.mine()) {
        return unpack(layer, source, turn.unpacking());
      }
      awaitQuietly(turn.unpacking());
    }
  }

  private record Turn(
      @Nullable LayerUsage present, CompletableFuture<LayerUsage> unpacking, boolean mine) {}

  private synchronized Turn turn(Digest diffId) {
    Slot slot = slots.computeIfAbsent(diffId, d -> new Slot());
    if (slot.usage != null && !Files.isDirectory(paths.layer(diffId))) {
      total = total.minus(slot.usage);
      slot.usage = null;
    }
    if (slot.usage != null) {
      slot.holds++;
      return new Turn(slot.usage, new CompletableFuture<>(), false);
    }
    if (slot.unpacking != null) {
      return new Turn(null, slot.unpacking, false);
    }
    slot.unpacking = new CompletableFuture<>();
    return new Turn(null, slot.unpacking, true);
  }

  private static void awaitQuietly(CompletableFuture<LayerUsage> unpacking)
      throws InterruptedException {
    try {
      unpacking.get();
    } catch (ExecutionException | CompletionException failed) {
      // the one who unpacked tells its own caller; this one takes its turn
    }
  }

  private Hold unpack(LayerBlob layer, Source source, CompletableFuture<LayerUsage> turn)
      throws IOException {
    Path work = paths.freshIngest("layer");
    LayerUsage usage = null;
    try {
      Files.createDirectory(work);
      try (InputStream in = source.open()) {
        usage = unpacker.unpack(in, layer, work);
      }
      publish(work, paths.layer(layer.diffId()));
      return present(layer.diffId(), usage, turn);
    } catch (IOException | RuntimeException e) {
      absent(layer.diffId(), turn, e);
      removeAfter(work, e);
      throw e;
    }
  }

  /** What stands there belongs to no record: a leftover of a daemon that died. */
  private void publish(Path work, Path place) throws IOException {
    if (Files.exists(place)) {
      clear(place);
    }
    Files.move(work, place, StandardCopyOption.ATOMIC_MOVE);
  }

  private synchronized Hold present(
      Digest diffId, LayerUsage usage, CompletableFuture<LayerUsage> turn) {
    Slot slot = slots.computeIfAbsent(diffId, d -> new Slot());
    slot.usage = usage;
    slot.unpacking = null;
    slot.holds++;
    lost.remove(diffId);
    total = total.plus(usage);
    turn.complete(usage);
    return new LayerHold(diffId, usage);
  }

  private synchronized void absent(
      Digest diffId, CompletableFuture<LayerUsage> turn, Exception reason) {
    Slot slot = slots.get(diffId);
    if (slot != null && slot.holds > 0) {
      slot.unpacking = null;
      lost.add(diffId);
    } else {
      slots.remove(diffId);
    }
    turn.completeExceptionally(reason);
  }

  private void removeAfter(Path work, Exception reason) {
    try {
      new TreeRemoval(kernel).remove(work);
    } catch (IOException | RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private void release(Digest diffId) {
    LayerUsage freed;
    Path trash;
    synchronized (this) {
      Slot slot = slots.get(diffId);
      if (slot == null || --slot.holds > 0 || slot.unpacking != null) {
        return;
      }
      slots.remove(diffId);
      lost.remove(diffId);
      if (slot.usage == null) {
        return;
      }
      freed = slot.usage;
      trash = toTrash(paths.layer(diffId), diffId);
    }
    delete(trash, diffId);
    synchronized (this) {
      total = total.minus(freed);
    }
  }

  /** Moved under the lock, so that the place is free for the next pull at once. */
  private Path toTrash(Path layer, Digest diffId) {
    Path trash = paths.freshTrash();
    try {
      Files.move(layer, trash, StandardCopyOption.ATOMIC_MOVE);
      return trash;
    } catch (NoSuchFileException gone) {
      return trash;
    } catch (IOException e) {
      throw new Fault.Internal("freeing layer " + diffId + ": " + e.getMessage(), e);
    }
  }

  private void delete(Path trash, Digest diffId) {
    try {
      new TreeRemoval(kernel).remove(trash);
    } catch (IOException e) {
      throw new Fault.Internal(
          "freeing layer " + diffId + ": its files remain in the trash: " + e.getMessage(), e);
    }
  }

  /** Deletes what lies in the trash since before this daemon's start. */
  public void deleteLeftover(Path trash) throws IOException {
    new TreeRemoval(kernel).remove(trash);
  }

  private void clear(Path place) throws IOException {
    Path trash = paths.freshTrash();
    Files.move(place, trash, StandardCopyOption.ATOMIC_MOVE);
    new TreeRemoval(kernel).remove(trash);
  }

  private final class LayerHold implements Hold {
    private final Digest diffId;
    private final LayerUsage usage;
    private boolean closed;

    LayerHold(Digest diffId, LayerUsage usage) {
      this.diffId = diffId;
      this.usage = usage;
    }

    @Override
    public LayerUsage usage() {
      return usage;
    }

    @Override
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      release(diffId);
    }
  }
}
