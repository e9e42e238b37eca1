package dev.berth.image.store;

import dev.berth.image.CheckReport;
import dev.berth.image.CheckReport.Damage;
import dev.berth.image.CheckReport.Kind;
import dev.berth.image.CheckReport.Outcome;
import dev.berth.image.content.ContentStore;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether everything that records name is as it was written. Blobs are hashed. Of layers the
 * files are counted and read, and a sum over all is compared with the one that was made while they
 * were unpacked; names, owners and permissions are not in it. A layer that an earlier Berth has
 * unpacked has no sum: there a flipped bit is not found.
 *
 * <p>Pulls, removals and containers go on meanwhile: a piece that goes away while it is looked at
 * is no damage.
 */
public final class StoreCheck {
  private static final Logger log = LoggerFactory.getLogger(StoreCheck.class);

  private final ImageStore store;
  private final ContentStore content;
  private final LayerStore layers;
  private final Map<Digest, TreeSet<String>> blobs = new TreeMap<>();
  private final Map<Digest, TreeSet<String>> unpacked = new TreeMap<>();
  private final List<Damage> damages = new ArrayList<>();

  /** A check of these stores. */
  public StoreCheck(ImageStore store, ContentStore content, LayerStore layers) {
    this.store = store;
    this.content = content;
    this.layers = layers;
  }

  /**
   * Checks everything once.
   *
   * @param discard whether damaged pieces are taken away, so that the next pull fetches them
   */
  public CheckReport run(boolean discard) throws IOException {
    for (ImageRecord record : store.records()) {
      String id = record.id().toString();
      record.blobs().forEach(d -> blobs.computeIfAbsent(d, k -> new TreeSet<>()).add(id));
      record
          .layers()
          .forEach(l -> unpacked.computeIfAbsent(l.diffId(), k -> new TreeSet<>()).add(id));
    }
    for (Digest blob : blobs.keySet()) {
      Optional<String> why = content.check(blob);
      if (why.isPresent()) {
        found(Kind.BLOB, blob, why.get(), discard ? discardBlob(blob) : Outcome.REPORTED);
      }
    }
    for (Digest layer : unpacked.keySet()) {
      Optional<String> why = layers.check(layer);
      if (why.isPresent()) {
        found(Kind.LAYER, layer, why.get(), discard ? discardLayer(layer) : Outcome.REPORTED);
      }
    }
    return new CheckReport(blobs.size(), unpacked.size(), damages);
  }

  private Outcome discardBlob(Digest blob) throws IOException {
    content.discard(blob);
    return Outcome.DISCARDED;
  }

  private Outcome discardLayer(Digest layer) {
    return store.discardUnused(layer) ? Outcome.DISCARDED : Outcome.IN_USE;
  }

  private void found(Kind kind, Digest digest, String why, Outcome outcome) {
    var needing = kind == Kind.BLOB ? blobs.get(digest) : unpacked.get(digest);
    List<ImageId> images =
        needing == null ? List.of() : needing.stream().map(ImageId::parse).toList();
    log.error("image store: {} {}: {}; {}", kind, digest, why, outcome);
    damages.add(new Damage(kind, digest, why, images, outcome));
  }
}
