package dev.berth.cni.conf;

import java.util.Optional;

/** The versions of the specification that Berth speaks, oldest first. */
public enum CniVersion {
  V0_3_0("0.3.0"),
  V0_3_1("0.3.1"),
  V0_4_0("0.4.0"),
  V1_0_0("1.0.0"),
  V1_1_0("1.1.0");

  private final String text;

  CniVersion(String text) {
    this.text = text;
  }

  /** As it stands in a configuration. */
  public String text() {
    return text;
  }

  /** Whether plugins know CHECK, and are told the previous result at DEL. */
  public boolean hasCheck() {
    return compareTo(V0_4_0) >= 0;
  }

  /** Whether plugins know STATUS and GC. */
  public boolean hasStatusAndGc() {
    return compareTo(V1_1_0) >= 0;
  }

  /** The version of this text. */
  public static Optional<CniVersion> of(String text) {
    for (CniVersion version : values()) {
      if (version.text.equals(text)) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }
}
