package dev.berth.e2e.uml;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.RegistryFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A node that loses its power while it works. More cuts: {@code e2e/tools/java
 * dev.berth.e2e.uml.PowerCuts 50}.
 */
class PowerCutIT {
  private static final int CUTS = Integer.getInteger("berth.e2e.cuts", 5);

  @Test
  void noCutLeavesHalfAnImageOrAStoreThatCannotBeOpened() throws IOException {
    Optional<String> missing = UmlGuest.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
    assumeTrue(RegistryFixture.available(), "needs the program docker-registry");
    assumeTrue(Busybox.available(), "needs /bin/busybox (package busybox-static)");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/mkfs.ext4")),
        "needs mkfs.ext4 and e2fsck (package e2fsprogs)");
    PowerCuts.run(CUTS, System.nanoTime());
  }
}
