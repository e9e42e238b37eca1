package dev.berth.image.layer;

import java.io.IOException;

/** A layer that breaks its format, or asks for something that Berth refuses. */
final class BadLayerException extends IOException {
  private static final long serialVersionUID = 1L;

  BadLayerException(String message) {
    super(message);
  }

  BadLayerException(String message, Throwable cause) {
    super(message, cause);
  }
}
