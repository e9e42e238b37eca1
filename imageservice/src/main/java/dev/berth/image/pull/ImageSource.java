package dev.berth.image.pull;

import dev.berth.image.document.Descriptor;
import dev.berth.image.registry.FetchedDocument;
import java.io.IOException;
import java.io.InputStream;

/** Where an image comes from: a registry, an archive. */
public interface ImageSource {

  /** The document that the image's name stands for: an index or a manifest. */
  FetchedDocument resolve() throws IOException;

  /** A manifest that an index names, verified. */
  FetchedDocument manifest(Descriptor descriptor) throws IOException;

  /** A small blob, verified. */
  byte[] blob(Descriptor descriptor) throws IOException;

  /**
   * A blob as a stream, not verified; read to its end or closed.
   *
   * @param from how many bytes of it are not wanted again
   */
  InputStream open(Descriptor descriptor, long from) throws IOException;
}
