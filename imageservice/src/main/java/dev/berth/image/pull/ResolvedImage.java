package dev.berth.image.pull;

import dev.berth.fault.Fault;
import dev.berth.image.document.ConfigDocument;
import dev.berth.image.document.Descriptor;
import dev.berth.image.document.Document;
import dev.berth.image.document.Index;
import dev.berth.image.document.Manifest;
import dev.berth.image.document.Platform;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.reference.Digest;
import dev.berth.image.registry.FetchedDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a name stands for on this machine.
 *
 * @param documents the index if there is one, then the manifest
 * @param manifest the manifest, read
 */
record ResolvedImage(List<FetchedDocument> documents, Manifest manifest) {
  private static final int MAX_NESTING = 3;

  ResolvedImage {
    documents = List.copyOf(documents);
  }

  /** Follows an image's name to the manifest for a machine. */
  static ResolvedImage follow(ImageSource source, Platform machine, String what)
      throws IOException {
    List<FetchedDocument> documents = new ArrayList<>();
    FetchedDocument fetched = source.resolve();
    String type = fetched.mediaType();
    while (documents.size() < MAX_NESTING) {
      documents.add(fetched);
      switch (Document.read(fetched.content(), type.isEmpty() ? null : type, what)) {
        case Manifest manifest -> {
          return new ResolvedImage(documents, manifest);
        }
        case Index index -> {
          Descriptor chosen = index.choose(machine, what);
          fetched = source.manifest(chosen);
          type = chosen.mediaType();
        }
      }
    }
    throw new Fault.InvalidArgument(what + ": indexes are nested too deep");
  }

  /** The digest the name was resolved to. */
  Digest target() {
    return documents.getFirst().digest();
  }

  /**
   * What the image is known by here: its config's digest, the manifest's where that is no image's.
   */
  Digest id() {
    return manifest.artifact() ? documents.getLast().digest() : manifest.config().digest();
  }

  /** Bytes of manifest, config and layers. */
  long size() {
    return documents.getLast().content().length + manifest.contentSize();
  }

  /**
   * The layers with their diff IDs, bottom first.
   *
   * @throws Fault.InvalidArgument the config names another number of layers, or another platform
   */
  List<LayerBlob> layers(ConfigDocument config, Platform machine, String what) {
    if (manifest.artifact()) {
      return files(what);
    }
    Platform built = config.platform();
    if (!built.os().isEmpty() && machine.suits(built) == 0) {
      throw new Fault.NotFound(what + ": has no image for " + machine + ", only for " + built);
    }
    List<Descriptor> descriptors = manifest.layers();
    if (config.diffIds().size() != descriptors.size()) {
      throw new Fault.InvalidArgument(
          what
              + ": its manifest names "
              + descriptors.size()
              + " layers, its config "
              + config.diffIds().size());
    }
    List<LayerBlob> layers = new ArrayList<>();
    for (int i = 0; i < descriptors.size(); i++) {
      Descriptor each = descriptors.get(i);
      layers.add(
          new LayerBlob(
              each.digest(),
              each.size(),
              config.diffIds().get(i),
              "layer " + each.digest() + " of " + what));
    }
    return layers;
  }

  private List<LayerBlob> files(String what) {
    List<LayerBlob> files = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor each = manifest.layers().get(i);
      String file = "file " + each.digest() + " of " + what;
      files.add(LayerBlob.ofFile(each.digest(), each.size(), manifest.files().get(i), file));
    }
    return files;
  }
}
