package dev.berth.image.store;

import dev.berth.image.content.ContentStore;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.reference.Digest;
import java.util.ArrayList;
import java.util.List;

/** What one record keeps in the content and layer stores. */
final class Holdings {
  private final List<ContentStore.Hold> blobs = new ArrayList<>();
  private final List<LayerStore.Hold> layers = new ArrayList<>();

  private Holdings() {}

  static Holdings adopt(ImageRecord record, ContentStore content, LayerStore layers) {
    Holdings held = new Holdings();
    for (Digest blob : record.blobs()) {
      held.blobs.add(content.hold(blob));
    }
    for (ImageRecord.LayerRecord layer : record.layers()) {
      held.layers.add(layers.adopt(layer.diffId(), layer.usage()));
    }
    return held;
  }

  /** Gives everything back; what nobody else holds is deleted. Every one is tried. */
  void close() {
    RuntimeException failed = null;
    List<AutoCloseable> all = new ArrayList<>(layers.reversed());
    all.addAll(blobs);
    for (AutoCloseable each : all) {
      try {
        each.close();
      } catch (Exception e) {
        RuntimeException current =
            e instanceof RuntimeException r ? r : new IllegalStateException(e);
        if (failed == null) {
          failed = current;
        } else {
          failed.addSuppressed(current);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
