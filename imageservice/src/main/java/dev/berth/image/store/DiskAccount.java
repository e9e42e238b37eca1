package dev.berth.image.store;

import dev.berth.image.DiskUse;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Adds up what images use of the disk, by their records. */
final class DiskAccount {
  private final Collection<ImageRecord> records;
  private final Map<Digest, Long> sizes = new HashMap<>();
  private final Map<Digest, Set<ImageId>> users = new HashMap<>();

  DiskAccount(Collection<ImageRecord> records) {
    this.records = records;
    for (ImageRecord record : records) {
      for (ImageRecord.LayerRecord layer : record.layers()) {
        sizes.put(layer.diffId(), layer.usage().bytes());
        users.computeIfAbsent(layer.diffId(), d -> new HashSet<>()).add(record.id());
      }
    }
  }

  /**
   * The account.
   *
   * @param inUse whether a container runs from an image
   * @param pinned whether an image must stay
   */
  DiskUse of(Predicate<ImageRecord> inUse, Predicate<ImageRecord> pinned) {
    List<DiskUse.OfImage> images = new ArrayList<>();
    Set<Digest> kept = new HashSet<>();
    for (ImageRecord record : records) {
      boolean stays = inUse.test(record) || pinned.test(record);
      if (stays) {
        record.layers().forEach(layer -> kept.add(layer.diffId()));
      }
      images.add(image(record, inUse.test(record), pinned.test(record)));
    }
    long all = sizes.values().stream().mapToLong(Long::longValue).sum();
    long needed = kept.stream().mapToLong(layer -> sizes.getOrDefault(layer, 0L)).sum();
    return new DiskUse(sizes.size(), all, all - needed, images);
  }

  private DiskUse.OfImage image(ImageRecord record, boolean inUse, boolean pinned) {
    Set<Digest> layers = new HashSet<>();
    record.layers().forEach(layer -> layers.add(layer.diffId()));
    long bytes = 0;
    long alone = 0;
    for (Digest layer : layers) {
      long size = sizes.getOrDefault(layer, 0L);
      bytes += size;
      alone += users.getOrDefault(layer, Set.of()).size() == 1 ? size : 0;
    }
    List<String> names = List.copyOf(record.tags().isEmpty() ? record.digests() : record.tags());
    return new DiskUse.OfImage(record.id(), names, bytes, alone, inUse, pinned);
  }
}
