package dev.berth.image.local;

import dev.berth.fault.Fault;
import dev.berth.image.Cancellation;
import dev.berth.image.CheckReport;
import dev.berth.image.DiskUse;
import dev.berth.image.Image;
import dev.berth.image.ImageFsUsage;
import dev.berth.image.ImageSettings;
import dev.berth.image.Images;
import dev.berth.image.Lease;
import dev.berth.image.PullRequest;
import dev.berth.image.PullWatcher;
import dev.berth.image.RootView;
import dev.berth.image.archive.ArchiveNames;
import dev.berth.image.archive.ArchiveSource;
import dev.berth.image.archive.ArchiveWriter;
import dev.berth.image.archive.SpooledArchive;
import dev.berth.image.content.ContentStore;
import dev.berth.image.content.DurableFiles;
import dev.berth.image.content.StorePaths;
import dev.berth.image.document.Platform;
import dev.berth.image.layer.LayerLimits;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.layer.LayerUnpacker;
import dev.berth.image.layer.LayerUsage;
import dev.berth.image.pull.Flights;
import dev.berth.image.pull.PartialLayers;
import dev.berth.image.pull.PullImage;
import dev.berth.image.pull.RegistrySource;
import dev.berth.image.reference.ImageId;
import dev.berth.image.reference.Reference;
import dev.berth.image.registry.HostsFolder;
import dev.berth.image.registry.HttpClients;
import dev.berth.image.registry.RegistryClient;
import dev.berth.image.store.ImageStore;
import dev.berth.image.store.PinnedNames;
import dev.berth.image.store.StoreCheck;
import dev.berth.image.verify.FolderVerifier;
import dev.berth.image.verify.ImageVerifier;
import dev.berth.kernel.Kernel;
import dev.berth.shim.OutsidePrograms;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The images in a directory of this machine. */
public final class LocalImages implements Images {
  private final ImageSettings settings;
  private final StorePaths paths;
  private final LayerStore layers;
  private final PartialLayers partials;
  private final ImageStore store;
  private final CachedRootView views;
  private final HttpClients clients;
  private final OutsidePrograms programs;
  private final ThreadPoolExecutor pulls;
  private final ThreadPoolExecutor unpacks;
  private final PullImage.Tools tools;
  private final Flights flights;

  private LocalImages(ImageSettings settings, Kernel kernel, Faults faults) throws IOException {
    this.settings = settings;
    this.paths = new StorePaths(settings.root());
    paths.create();
    ContentStore content = new ContentStore(paths);
    this.layers = new LayerStore(paths, kernel, new LayerUnpacker(kernel, LayerLimits.DEFAULT));
    this.store = ImageStore.open(paths, content, layers, new PinnedNames(settings.pinned()));
    this.views = new CachedRootView(kernel, this::lease);
    this.clients = new HttpClients(settings.connectTimeout(), settings.environment());
    this.pulls = pool("berth-pull", settings.parallelPulls());
    this.partials = new PartialLayers(paths, settings.resumeFrom(), settings.keepBlobs());
    this.programs = new OutsidePrograms(kernel);
    this.unpacks = pool("berth-unpack", settings.parallelUnpacks());
    this.flights = new Flights(pulls, this::pull);
    this.tools =
        new PullImage.Tools(
            paths,
            content,
            layers,
            partials,
            store,
            kernel,
            faults,
            unpacks,
            settings.parallelLayers(),
            Platform.host(),
            false,
            verifier(settings));
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
    return new LocalImages(settings, kernel, faults);
  }

  private ImageVerifier verifier(ImageSettings settings) {
    return settings
        .verifierFolder()
        .<ImageVerifier>map(
            folder -> new FolderVerifier(folder, settings.verifierTimeout(), programs))
        .orElse(ImageVerifier.NONE);
  }

  /** Platform threads, since they call the kernel; none while there is nothing to do. */
  private static ThreadPoolExecutor pool(String name, int size) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size,
            size,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public Image pull(PullRequest request, Cancellation cancellation, PullWatcher watcher) {
    return flights.pull(request, cancellation, watcher);
  }

  private Image pull(Flights.Flight flight, PullRequest request, Reference reference) {
    AtomicBoolean stopped = new AtomicBoolean();
    RegistryClient client =
        new RegistryClient(
            reference,
            new HostsFolder(settings.registryConfigPath()),
            request.auth(),
            settings.credentialFile(),
            clients,
            settings.stallTimeout(),
            () -> stopped.get() || flight.isCancelled());
    partials.removeOld();
    return flight.pull(tools, reference, new RegistrySource(client), () -> stopped.set(true)).run();
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
    return new ImageFsUsage(paths.root(), used.bytes() + keptBytes(), used.inodes(), Instant.now());
  }

  /** Manifests and configs alone are too small to look at. */
  private long keptBytes() {
    try {
      return settings.keepBlobs() ? tools.content().bytes() : 0;
    } catch (IOException e) {
      throw new Fault.Internal("adding up the image store's blobs: " + e.getMessage(), e);
    }
  }

  @Override
  public Lease lease(ImageId image) {
    return new StoreLease(store, paths, image);
  }

  @Override
  public void sweep() {
    try {
      store.sweep();
      partials.removeOld();
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
  public List<Image> importArchive(InputStream archive, Optional<String> reference, boolean pin) {
    String what = "importing " + reference.orElse("an archive");
    try (SpooledArchive spooled = SpooledArchive.read(archive, paths.freshIngest("archive"))) {
      List<Reference> names =
          reference.isPresent()
              ? List.of(Reference.parse(reference.get()))
              : ArchiveNames.of(spooled);
      List<Image> images = new ArrayList<>();
      for (Reference name : names) {
        ArchiveSource source = new ArchiveSource(spooled, name, tools.machine());
        images.add(new PullImage(tools.importing(pin), name, source).run());
      }
      return images;
    } catch (IOException e) {
      String message = what + ": " + e.getMessage();
      throw DurableFiles.isDiskFull(e)
          ? new Fault.ResourceExhausted(message, e)
          : new Fault.InvalidArgument(message, e);
    }
  }

  @Override
  public void exportArchive(String name, OutputStream out) {
    Image image =
        store
            .find(name)
            .orElseThrow(() -> new Fault.NotFound("image \"" + name + "\": not on this node"));
    try (Lease _ = lease(image.id())) {
      new ArchiveWriter(tools.content(), out).write(store.record(image.id()), name);
    } catch (IOException e) {
      String message = "exporting " + name + ": " + e.getMessage();
      throw DurableFiles.isDiskFull(e)
          ? new Fault.ResourceExhausted(message, e)
          : new Fault.Internal(message, e);
    }
  }

  @Override
  public CheckReport check(boolean discard) {
    try {
      return new StoreCheck(store, tools.content(), layers).run(discard);
    } catch (IOException e) {
      throw new Fault.Internal("checking the image store: " + e.getMessage(), e);
    }
  }

  @Override
  public DiskUse diskUse() {
    return store.diskUse();
  }

  @Override
  public void close() {
    flights.cancelAll();
    pulls.shutdown();
    clients.close();
    awaitPulls();
    unpacks.shutdown();
    programs.close();
  }

  /** A pull that was given up undoes its steps; what does not end in time is a leftover. */
  private void awaitPulls() {
    try {
      pulls.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
