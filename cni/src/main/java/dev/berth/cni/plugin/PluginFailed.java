package dev.berth.cni.plugin;

import java.io.IOException;

/** A plugin did not do what it was asked to: it said so, or it broke. */
public final class PluginFailed extends IOException {
  /** "Try again later" of the specification. */
  public static final int TRY_AGAIN = 11;

  /** "The plugin is not available": of STATUS. */
  public static final int NOT_AVAILABLE = 50;

  /** "The plugin is not available, and existing pods may be cut off": of STATUS. */
  public static final int LIMITED = 51;

  private static final long serialVersionUID = 1L;
  private final int code;

  PluginFailed(String message, int code) {
    super(message);
    this.code = code;
  }

  /** The plugin's own error code; 0 where it gave none. */
  public int code() {
    return code;
  }
}
