package dev.berth.cni.conf;

import java.io.IOException;

/** A text is not what the CNI specification says it should be. */
public final class CniFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with which text. */
  public CniFormatException(String message) {
    super(message);
  }

  CniFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
