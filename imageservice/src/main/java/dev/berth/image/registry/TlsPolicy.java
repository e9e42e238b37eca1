package dev.berth.image.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a host's certificate is checked, and what Berth shows of its own.
 *
 * @param skipVerify whether any certificate will do
 * @param authorities files of PEM certificates that are trusted besides the machine's; absolute
 * @param clients certificates to show when the host asks for one
 */
public record TlsPolicy(
    boolean skipVerify, List<Path> authorities, List<ClientCertificate> clients) {

  /** The machine's own trust. */
  public static final TlsPolicy DEFAULT = new TlsPolicy(false, List.of(), List.of());

  /**
   * A certificate with its key, both PEM; may be one file.
   *
   * @param chain the certificate, then those that lead to its authority
   * @param key PKCS #8, PKCS #1 or SEC 1, not encrypted
   */
  public record ClientCertificate(Path chain, Path key) {}

  public TlsPolicy {
    authorities = List.copyOf(authorities);
    clients = List.copyOf(clients);
  }

  /** Every file that this was made from: when one changes, so does what it means. */
  List<Path> files() {
    List<Path> files = new ArrayList<>(authorities);
    for (ClientCertificate client : clients) {
      files.add(client.chain());
      files.add(client.key());
    }
    return files;
  }
}
