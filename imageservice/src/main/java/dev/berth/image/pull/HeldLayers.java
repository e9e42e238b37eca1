package dev.berth.image.pull;

import dev.berth.image.content.ContentStore;
import dev.berth.image.layer.LayerStore;
import java.util.ArrayList;
import java.util.List;

/** What a pull keeps in the stores until its record does; closing twice is fine. */
final class HeldLayers {
  private final List<LayerStore.Hold> layers = new ArrayList<>();
  private final List<ContentStore.Hold> blobs = new ArrayList<>();

  synchronized void add(LayerStore.Hold layer) {
    layers.add(layer);
  }

  synchronized void add(ContentStore.Hold blob) {
    blobs.add(blob);
  }

  synchronized void close() {
    closeLayers();
    closeBlobs();
  }

  synchronized void closeLayers() {
    layers.forEach(LayerStore.Hold::close);
    layers.clear();
  }

  synchronized void closeBlobs() {
    blobs.forEach(ContentStore.Hold::close);
    blobs.clear();
  }
}
