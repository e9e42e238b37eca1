package dev.berth.image.local;

import dev.berth.image.ImageConfig;
import dev.berth.image.Lease;
import dev.berth.image.content.StorePaths;
import dev.berth.image.reference.ImageId;
import dev.berth.image.store.ImageRecord;
import dev.berth.image.store.ImageStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One count on an image in the store.
 *
 * <p>A layer that an image has twice is given once, at its upper place: overlayfs refuses one
 * directory twice, and the upper one hides whatever the lower one would add.
 */
final class StoreLease implements Lease {
  private final ImageStore store;
  private final ImageRecord record;
  private final List<Path> layers;
  private final AtomicBoolean closed = new AtomicBoolean();

  StoreLease(ImageStore store, StorePaths paths, ImageId image) {
    this.store = store;
    this.record = store.lease(image);
    this.layers =
        record.layers().reversed().stream()
            .map(layer -> paths.layer(layer.diffId()))
            .distinct()
            .toList();
  }

  @Override
  public ImageId image() {
    return record.id();
  }

  @Override
  public ImageConfig config() {
    return record.config();
  }

  @Override
  public List<Path> layers() {
    return layers;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      store.release(record.id());
    }
  }
}
