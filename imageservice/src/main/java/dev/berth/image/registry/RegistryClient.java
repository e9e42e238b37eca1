package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.RegistryAuth;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.Descriptor;
import dev.berth.image.document.MediaType;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.Reference;
import dev.berth.image.registry.RegistryHost.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one reference's documents and blobs, from whichever of its hosts gives them.
 *
 * <p>May be used by several threads: the layers of a pull share its authorization.
 */
public final class RegistryClient {
  private final Reference reference;
  private final List<RegistrySession> sessions = new ArrayList<>();

  /**
   * A client for one pull.
   *
   * @param hosts what the operator says about hosts
   * @param auth the request's credentials, for the reference's own registry; null for none
   * @param credentialFile the operator's credentials by host; empty for none
   * @param stallTimeout the longest silence of a registry
   * @param cancelled whether the pull was given up
   * @throws Fault.InvalidArgument the credentials are malformed
   * @throws Fault.FailedPrecondition the hosts configuration cannot be used
   */
  public RegistryClient(
      Reference reference,
      HostsFolder hosts,
      @Nullable RegistryAuth auth,
      Optional<Path> credentialFile,
      HttpClients clients,
      Duration stallTimeout,
      BooleanSupplier cancelled) {
    this.reference = reference;
    Credentials asked = Credentials.of(auth, reference.domain());
    CredentialFile file = new CredentialFile(credentialFile);
    for (RegistryHost host : hosts.hostsOf(reference.domain())) {
      boolean given = host.own() && !(asked instanceof Credentials.Anonymous);
      Credentials credentials = given ? asked : file.of(host.authority());
      Transport transport =
          new Transport(clients.of(host), clients.proxies(), stallTimeout, cancelled);
      sessions.add(new RegistrySession(host, reference, credentials, transport));
    }
  }

  /** What the reference's tag or digest stands for now. */
  public FetchedDocument resolve() {
    Digest digest = reference.digest();
    String what = "resolving " + reference;
    return digest != null
        ? document(digest, BoundedJson.MAX_BYTES, what)
        : anyHost(Capability.RESOLVE, what, s -> document(s, reference.target(), null, what));
  }

  /** A manifest that an index names. */
  public FetchedDocument manifest(Descriptor descriptor) {
    String what = "fetching manifest " + descriptor.digest() + " of " + reference;
    if (descriptor.size() > BoundedJson.MAX_BYTES) {
      throw tooLarge(what);
    }
    return document(descriptor.digest(), descriptor.size(), what);
  }

  private FetchedDocument document(Digest digest, long maxBytes, String what) {
    FetchedDocument document =
        anyHost(Capability.PULL, what, s -> document(s, digest.toString(), digest, what));
    if (document.content().length > maxBytes) {
      throw new Fault.DataLoss(
          what + ": digest mismatch, longer than the " + maxBytes + " bytes stated", null);
    }
    return document;
  }

  private static FetchedDocument document(
      RegistrySession session, String target, @Nullable Digest expected, String what) {
    Map<String, String> accept = Map.of("Accept", MediaType.ACCEPT);
    try (Exchange answer = session.get("manifests/" + target, accept, what)) {
      byte[] content = bounded(answer, what);
      Digest digest = expected != null ? expected.over(content) : Digest.sha256(content);
      checkDigest(digest, expected, answer, what);
      return new FetchedDocument(content, answer.header("Content-Type"), digest);
    }
  }

  /** Compares with what was asked for, or else with what the registry says that it sent. */
  private static void checkDigest(
      Digest digest, @Nullable Digest expected, Exchange answer, String what) {
    String stated = answer.header("Docker-Content-Digest");
    if (expected == null && !stated.startsWith("sha256:")) {
      return;
    }
    String host = answer.from().getAuthority();
    Digest wanted = expected != null ? expected : parsed(stated, host, what);
    if (!wanted.equals(digest)) {
      throw new Fault.DataLoss(
          what + ": digest mismatch, expected " + wanted + " but " + host + " sent " + digest,
          null);
    }
  }

  private static Digest parsed(String stated, String host, String what) {
    try {
      return Digest.parse(stated);
    } catch (Fault.InvalidArgument e) {
      throw new Fault.InvalidArgument(what + ": " + host + " states a bad " + e.getMessage(), e);
    }
  }

  /**
   * A small blob, verified.
   *
   * @throws Fault.DataLoss it is not what the descriptor says
   */
  public byte[] blob(Descriptor descriptor) {
    String what = "fetching blob " + descriptor.digest() + " of " + reference;
    if (descriptor.size() > BoundedJson.MAX_BYTES) {
      throw tooLarge(what);
    }
    try (InputStream in = open(descriptor, 0)) {
      byte[] content = in.readNBytes(BoundedJson.MAX_BYTES + 1);
      Digest actual = descriptor.digest().over(content);
      if (content.length != descriptor.size() || !actual.equals(descriptor.digest())) {
        throw new Fault.DataLoss(
            what + ": digest mismatch, " + content.length + " bytes with " + actual + " came",
            null);
      }
      return content;
    } catch (IOException e) {
      throw new Fault.Unavailable(what + ": " + e.getMessage(), e);
    }
  }

  /**
   * A blob as a stream, not verified. A connection that breaks is taken up again where it was; a
   * large blob comes over several where one is slow and the host answers ranges.
   *
   * @param from how many bytes of it are not wanted again
   * @return to be closed; reading throws faults
   */
  public InputStream open(Descriptor descriptor, long from) {
    String what = "fetching blob " + descriptor.digest() + " of " + reference;
    return anyHost(Capability.PULL, what, s -> PartedBlob.open(s, descriptor, from, what));
  }

  /**
   * Asks each host in turn. The registry itself comes last, so its answer is the one that counts
   * when all fail; what the others said goes along.
   */
  private <T> T anyHost(Capability wanted, String what, Function<RegistrySession, T> ask) {
    List<Fault> failures = new ArrayList<>();
    for (RegistrySession session : sessions) {
      if (!session.host().capabilities().contains(wanted)) {
        continue;
      }
      try {
        return ask.apply(session);
      } catch (Fault.Cancelled e) {
        throw e;
      } catch (Fault e) {
        failures.add(e);
      }
    }
    if (failures.isEmpty()) {
      throw new Fault.FailedPrecondition(
          what + ": hosts.toml leaves no host that may " + wanted.name().toLowerCase(Locale.ROOT));
    }
    Fault last = failures.removeLast();
    failures.forEach(last::addSuppressed);
    throw last;
  }

  private static byte[] bounded(Exchange answer, String what) {
    try {
      byte[] content = answer.body().readNBytes(BoundedJson.MAX_BYTES + 1);
      if (content.length > BoundedJson.MAX_BYTES) {
        throw tooLarge(what);
      }
      return content;
    } catch (IOException e) {
      throw new Fault.Unavailable(what + ": " + e.getMessage(), e);
    }
  }

  private static Fault.InvalidArgument tooLarge(String what) {
    return new Fault.InvalidArgument(what + ": larger than " + BoundedJson.MAX_BYTES + " bytes");
  }
}
