package dev.berth.image.local;

import dev.berth.fault.Fault;
import dev.berth.image.Lease;
import dev.berth.image.RootView;
import dev.berth.image.layer.MergedRoot;
import dev.berth.image.reference.ImageId;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Files read from images, kept for the next container of the same image: an image's content never
 * changes, so neither does what was read.
 */
final class CachedRootView {
  private static final int MAX_ENTRIES = 256;
  private static final int MAX_KEPT_BYTES = 64 << 10;

  private record Key(ImageId image, String path) {}

  private final Kernel kernel;
  private final Function<ImageId, Lease> leases;
  private final Map<Key, Optional<byte[]>> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<byte[]>> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  CachedRootView(Kernel kernel, Function<ImageId, Lease> leases) {
    this.kernel = kernel;
    this.leases = leases;
  }

  RootView of(ImageId image) {
    return (path, maxBytes) -> read(new Key(image, path), maxBytes);
  }

  private Optional<byte[]> read(Key key, int maxBytes) {
    synchronized (kept) {
      Optional<byte[]> known = kept.get(key);
      if (known != null && known.map(k -> k.length <= maxBytes).orElse(true)) {
        return known.map(byte[]::clone);
      }
    }
    Optional<byte[]> content = readLeased(key, maxBytes);
    if (content.map(c -> c.length <= MAX_KEPT_BYTES).orElse(true)) {
      synchronized (kept) {
        kept.put(key, content.map(byte[]::clone));
      }
    }
    return content;
  }

  private Optional<byte[]> readLeased(Key key, int maxBytes) {
    try (Lease lease = leases.apply(key.image())) {
      return new MergedRoot(kernel, lease.layers()).read(key.path(), maxBytes);
    } catch (IOException e) {
      throw new Fault.Internal(
          "reading \"" + key.path() + "\" in image " + key.image() + ": " + e.getMessage(), e);
    }
  }
}
