package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.RegistryAuth;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.JsonFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The operator's own credentials in the form of docker's {@code config.json}: {@code
 * {"auths":{"HOST":{"auth":"…"}}}}. For mirrors, each by its own name, and for registries where a
 * request brings none. Read anew at every pull; credential helpers are not run.
 */
final class CredentialFile {
  private final Optional<Path> file;

  /** A file; need not exist. */
  CredentialFile(Optional<Path> file) {
    this.file = file;
  }

  /**
   * What the file says about a host.
   *
   * @param authority host and port
   * @throws Fault.FailedPrecondition the file is not of this form
   */
  Credentials of(String authority) {
    if (file.isEmpty() || !Files.exists(file.get())) {
      return new Credentials.Anonymous();
    }
    try {
      JsonFields all = BoundedJson.object(HostsFolder.bytes(file.get()), file.get().toString());
      return all.object("auths").map(auths -> find(auths, all, authority)).orElse(ANONYMOUS);
    } catch (Fault.InvalidArgument e) {
      throw new Fault.FailedPrecondition(
          "reading credentials of " + authority + ": " + e.getMessage(), e);
    }
  }

  private static final Credentials ANONYMOUS = new Credentials.Anonymous();

  private static Credentials find(JsonFields auths, JsonFields all, String authority) {
    for (String key : all.keys("auths")) {
      if (Credentials.isFor(key, authority)) {
        return auths.object(key).map(entry -> read(entry, authority)).orElse(ANONYMOUS);
      }
    }
    return ANONYMOUS;
  }

  private static Credentials read(JsonFields entry, String authority) {
    RegistryAuth auth =
        new RegistryAuth(
            entry.text("username"),
            entry.text("password"),
            entry.text("auth"),
            "",
            entry.text("identitytoken"),
            entry.text("registrytoken"));
    return Credentials.of(auth, authority);
  }
}
