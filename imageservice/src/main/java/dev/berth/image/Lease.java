package dev.berth.image;

import dev.berth.image.reference.ImageId;
import java.nio.file.Path;
import java.util.List;

/** Keeps one image's layers on disk until closed. Closing twice is fine. */
public interface Lease extends AutoCloseable {

  /** The leased image. */
  ImageId image();

  /** What the image's config asks for. */
  ImageConfig config();

  /** Absolute paths of the unpacked layers, the top one first: overlayfs's lower directories. */
  List<Path> layers();

  /**
   * Gives the layers back; when the image was removed meanwhile and this was its last lease, they
   * are freed before it returns.
   */
  @Override
  void close();
}
