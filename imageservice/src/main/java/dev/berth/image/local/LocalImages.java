package dev.berth.image.local;

import dev.berth.fault.Fault;
import dev.berth.image.Cancellation;
import dev.berth.image.Image;
import dev.berth.image.ImageFsUsage;
import dev.berth.image.ImageSettings;
import dev.berth.image.Images;
import dev.berth.image.Lease;
import dev.berth.image.PullRequest;
import dev.berth.image.RootView;
import dev.berth.image.content.ContentStore;
import dev.berth.image.content.StorePaths;
import dev.berth.image.layer.LayerLimits;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.layer.LayerUnpacker;
import dev.berth.image.layer.LayerUsage;
import dev.berth.image.reference.ImageId;
import dev.berth.image.store.ImageStore;
import dev.berth.kernel.Kernel;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The images in a directory of this machine. */
public final class LocalImages implements Images {
  private final StorePaths paths;
  private final LayerStore layers;
  private final ImageStore store;
  private final CachedRootView views;

  private LocalImages(StorePaths paths, LayerStore layers, ImageStore store, Kernel kernel) {
    this.paths = paths;
    this.layers = layers;
    this.store = store;
    this.views = new CachedRootView(kernel, this::lease);
  }

  /**
   * Opens a store, making its directories if they are missing. Only one daemon may have a root
   * open; the lock on its data directory sees to that.
   *
   * @param faults where a test breaks the steps of a pull
   * @throws IOException the directories cannot be made or read
   */
  public static LocalImages open(ImageSettings settings, Kernel kernel, Faults faults)
      throws IOException {
    StorePaths paths = new StorePaths(settings.root());
    paths.create();
    ContentStore content = new ContentStore(paths);
    LayerStore layers =
        new LayerStore(paths, kernel, new LayerUnpacker(kernel, LayerLimits.DEFAULT));
    ImageStore store = ImageStore.open(paths, content, layers);
    return new LocalImages(paths, layers, store, kernel);
  }

  @Override
  public Image pull(PullRequest request, Cancellation cancellation) {
    throw new Fault.Unimplemented("pulling " + request.reference() + ": not yet");
  }

  @Override
  public Optional<Image> find(String name) {
    return store.find(name);
  }

  @Override
  public List<Image> list() {
    return store.list();
  }

  @Override
  public void remove(String name) {
    try {
      store.remove(name);
    } catch (IOException e) {
      throw new Fault.Internal("removing image \"" + name + "\": " + e.getMessage(), e);
    }
  }

  @Override
  public ImageFsUsage usage() {
    LayerUsage used = layers.usage();
    return new ImageFsUsage(paths.root(), used.bytes(), used.inodes(), Instant.now());
  }

  @Override
  public Lease lease(ImageId image) {
    return new StoreLease(store, paths, image);
  }

  @Override
  public void sweep() {
    try {
      store.sweep();
    } catch (IOException e) {
      throw new Fault.Internal("sweeping the image store: " + e.getMessage(), e);
    }
  }

  @Override
  public RootView view(ImageId image) {
    store.record(image);
    return views.of(image);
  }

  @Override
  public Image importArchive(InputStream archive, String reference) {
    throw new Fault.Unimplemented("importing " + reference + ": not yet");
  }

  @Override
  public void close() {}
}
