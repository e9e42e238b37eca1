package dev.berth.image.verify;

import dev.berth.image.reference.Reference;
import dev.berth.image.registry.FetchedDocument;
import java.io.IOException;

/** Asked whether an image may be pulled, when it is known which one its name stands for. */
@FunctionalInterface
public interface ImageVerifier {

  /** Lets every image pass. */
  ImageVerifier NONE = (reference, target) -> {};

  /**
   * Returns when the image may be pulled; may take as long as the operator's programs may.
   *
   * @param target what the name was resolved to: the index if there is one, else the manifest
   * @throws dev.berth.fault.Fault.PermissionDenied it may not
   * @throws IOException nobody could be asked, so it may not either
   */
  void verify(Reference reference, FetchedDocument target) throws IOException;
}
