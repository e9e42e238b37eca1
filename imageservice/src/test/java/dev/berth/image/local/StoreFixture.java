package dev.berth.image.local;

import dev.berth.image.Cancellation;
import dev.berth.image.Image;
import dev.berth.image.ImageSettings;
import dev.berth.image.PullRequest;
import dev.berth.image.RegistryAuth;
import dev.berth.kernel.Kernel;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A store in a temporary folder, and what lies in it. */
final class StoreFixture implements AutoCloseable {
  final Path root;
  final Path hosts;
  LocalImages images;

  private final Duration stall;

  /** Whether the next store that is opened keeps layers as they come. */
  boolean keepBlobs;

  /** The verifiers of the next store that is opened. */
  Optional<Path> verifiers = Optional.empty();

  StoreFixture(Path folder, Faults faults) throws IOException {
    this(folder, faults, Duration.ofSeconds(2));
  }

  /** One that waits longer for a registry. */
  StoreFixture(Path folder, Faults faults, Duration stall) throws IOException {
    this.stall = stall;
    root = folder.resolve("images");
    hosts = folder.resolve("hosts");
    credentials = folder.resolve("credentials.json");
    images = open(faults);
    images.sweep();
  }

  /** The operator's credentials by host; a test may write it. */
  final Path credentials;

  private LocalImages open(Faults faults) throws IOException {
    ImageSettings settings =
        new ImageSettings(
            root,
            hosts,
            Optional.of(credentials),
            Map.of(),
            4,
            3,
            4,
            200_000,
            keepBlobs,
            verifiers,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            stall,
            List.of("*/pinned/*:*"));
    return LocalImages.open(settings, Kernel.linux(), faults);
  }

  /** What a daemon does that starts again; the caller sweeps. */
  void reopen() throws IOException {
    images.close();
    images = open(Faults.NONE);
  }

  Image pull(String reference) {
    return pull(reference, null);
  }

  Image pull(String reference, @Nullable RegistryAuth auth) {
    return images.pull(new PullRequest(reference, auth), Cancellation.NONE);
  }

  void hostsToml(String domain, String content) throws IOException {
    Path folder = Files.createDirectories(hosts.resolve(domain));
    Files.writeString(folder.resolve("hosts.toml"), content);
  }

  /** Every file and the layers' top directories, as paths below the root. */
  Set<String> files() throws IOException {
    Set<String> files = new TreeSet<>();
    for (String folder :
        List.of("blobs/sha256", "layers/sha256", "layers/sha512", "records", "ingest", "trash")) {
      try (var entries = Files.list(root.resolve(folder))) {
        entries.forEach(e -> files.add(folder + "/" + e.getFileName()));
      }
    }
    return files;
  }

  @Override
  public void close() {
    images.close();
  }
}
