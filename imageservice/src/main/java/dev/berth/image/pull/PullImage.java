package dev.berth.image.pull;

import dev.berth.fault.Fault;
import dev.berth.image.Image;
import dev.berth.image.content.ContentStore;
import dev.berth.image.content.DurableFiles;
import dev.berth.image.content.StorePaths;
import dev.berth.image.document.ConfigDocument;
import dev.berth.image.document.Platform;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.layer.LayerStore;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import dev.berth.image.reference.Reference;
import dev.berth.image.registry.FetchedDocument;
import dev.berth.image.store.ImageRecord;
import dev.berth.image.store.ImageStore;
import dev.berth.image.verify.ImageVerifier;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.Executor;

/** Brings one image from a source into the store. */
public final class PullImage {

  /**
   * What all pulls share.
   *
   * @param helpers threads that help with layers
   * @param width layers of one pull at once
   * @param machine what images must run on
   * @param pin whether images are pinned by themselves
   * @param verifier who is asked before anything is fetched
   */
  public record Tools(
      StorePaths paths,
      ContentStore content,
      LayerStore layers,
      PartialLayers partials,
      ImageStore images,
      Kernel kernel,
      Faults faults,
      Executor helpers,
      int width,
      Platform machine,
      boolean pin,
      ImageVerifier verifier) {

    /** The same for what the operator brings, who need not be asked. */
    public Tools importing(boolean nowPin) {
      return new Tools(
          paths,
          content,
          layers,
          partials,
          images,
          kernel,
          faults,
          helpers,
          width,
          machine,
          nowPin,
          ImageVerifier.NONE);
    }
  }

  private final Tools tools;
  private final Reference reference;
  private final ImageSource source;
  private final ProgressBoard board;
  private final Runnable stop;
  private final HeldLayers held = new HeldLayers();

  /**
   * A pull.
   *
   * @param board where others see how far it is
   * @param stop tells the source's open streams to end
   */
  PullImage(
      Tools tools, Reference reference, ImageSource source, ProgressBoard board, Runnable stop) {
    this.board = board;
    this.tools = tools;
    this.reference = reference;
    this.source = source;
    this.stop = stop;
  }

  /** A pull of which nobody sees how far it is. */
  public PullImage(Tools tools, Reference reference, ImageSource source) {
    this(tools, reference, source, new ProgressBoard(), () -> {});
  }

  /**
   * Runs all steps.
   *
   * @throws Fault as {@link dev.berth.image.Images#pull}
   */
  public Image run() {
    try (Steps steps = Steps.begin("PullImage", tools.faults())) {
      Image image = run(steps);
      steps.commit();
      return image;
    } catch (Fault e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fault.Cancelled("pulling " + reference + ": interrupted");
    } catch (Exception e) {
      throw machineFailed(e);
    } finally {
      held.closeLayers();
      held.closeBlobs();
    }
  }

  private Image run(Steps steps) throws Exception {
    ResolvedImage resolved =
        steps.call(
            "resolve", () -> ResolvedImage.follow(source, tools.machine(), reference.toString()));
    steps.run("verify", () -> tools.verifier().verify(reference, resolved.documents().getFirst()));
    byte[] configBytes = steps.call("config", () -> source.blob(resolved.manifest().config()));
    ConfigDocument config =
        resolved.manifest().artifact()
            ? ConfigDocument.OF_ARTIFACT
            : ConfigDocument.read(configBytes, "config of " + reference);
    List<LayerBlob> layers = resolved.layers(config, tools.machine(), reference.toString());
    LayerFetch fetch = fetch(resolved, layers);
    List<ImageRecord.LayerRecord> unpacked =
        steps
            .undo("layers", held::close)
            .call("layers", () -> fetch.run(tools.helpers(), tools.width()));
    ImageRecord record = record(resolved, config, unpacked, fetch.keptBlobs());
    Optional<ImageRecord> known = known(record);
    if (known.isPresent()) {
      return tools.images().shown(known.get());
    }
    steps.undo("content", held::closeBlobs).run("content", () -> putContent(resolved, configBytes));
    steps.run("sync", this::sync);
    return steps.call("record", () -> tools.images().add(record));
  }

  private LayerFetch fetch(ResolvedImage resolved, List<LayerBlob> layers) {
    board.layers(layers);
    return new LayerFetch(
        tools.layers(),
        tools.content(),
        tools.partials(),
        source,
        resolved.manifest().layers(),
        layers,
        held,
        board,
        stop);
  }

  private void putContent(ResolvedImage resolved, byte[] config) throws IOException {
    for (FetchedDocument document : resolved.documents()) {
      held.add(
          tools.content().put(document.digest(), document.content(), "manifest of " + reference));
    }
    Digest digest = resolved.manifest().config().digest();
    held.add(tools.content().put(digest, config, "config of " + reference));
  }

  /** One sync of the file system for all that was written: the record may name it now. */
  private void sync() throws IOException {
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
    try (Fd root = tools.kernel().tree().open(Fd.CWD, tools.paths().root().toString(), flags, 0)) {
      tools.kernel().io().syncfs(root);
    }
  }

  private ImageRecord record(
      ResolvedImage resolved,
      ConfigDocument config,
      List<ImageRecord.LayerRecord> layers,
      Set<Digest> kept) {
    SequencedSet<Digest> blobs = new LinkedHashSet<>();
    resolved.documents().forEach(document -> blobs.add(document.digest()));
    blobs.add(resolved.manifest().config().digest());
    blobs.addAll(kept);
    SequencedSet<String> tags = new LinkedHashSet<>();
    reference.repoTag().ifPresent(tags::add);
    SequencedSet<String> digests = new LinkedHashSet<>();
    digests.add(reference.repoDigest(resolved.target()));
    return new ImageRecord(
        0,
        new ImageId(resolved.id()),
        false,
        tools.pin(),
        tags,
        digests,
        resolved.size(),
        blobs,
        layers,
        config.config());
  }

  /** The image if it is here under all these names, so that nothing need be written. */
  private Optional<ImageRecord> known(ImageRecord record) {
    return tools
        .images()
        .present(record.id())
        .filter(there -> there.pinned() || !record.pinned())
        .filter(there -> there.tags().containsAll(record.tags()))
        .filter(there -> there.digests().containsAll(record.digests()))
        .filter(there -> there.blobs().containsAll(record.blobs()))
        .filter(tools.images()::isThere);
  }

  private Fault machineFailed(Exception e) {
    String message = "pulling " + reference + ": " + e.getMessage();
    return DurableFiles.isDiskFull(e)
        ? new Fault.ResourceExhausted(message, e)
        : new Fault.Internal(message, e);
  }
}
