package dev.berth.daemon;

/** Which Berth this is. */
public final class BerthVersion {
  /** A semantic version; a test holds it to the build's. */
  public static final String TEXT = "0.1.0";

  private BerthVersion() {}
}
