package dev.berth.image.registry;

import java.nio.file.Path;
import java.util.List;

/**
 * How a host's certificate is checked.
 *
 * @param skipVerify whether any certificate will do
 * @param authorities files of PEM certificates that are trusted besides the machine's; absolute
 */
public record TlsPolicy(boolean skipVerify, List<Path> authorities) {

  /** The machine's own trust. */
  public static final TlsPolicy DEFAULT = new TlsPolicy(false, List.of());

  public TlsPolicy {
    authorities = List.copyOf(authorities);
  }
}
