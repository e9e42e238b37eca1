package dev.berth.e2e.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.daemon.Folders;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The tests of cgroups, shim and pod lives on a kernel that has cgroup v2 alone. The guest has one
 * processor, no cpuset controller and no huge pages, and no packet filter for ip: its pods are on
 * the host's network.
 */
class CgroupV2IT {
  /** The guest's disk is its swap, so that a limit of swap can be reached. */
  private static final String SWAP = "mkswap -q /dev/ubda; swapon /dev/ubda";

  private static final long SWAP_BYTES = 256 << 20;

  /** What this kernel has no controller or no version for. */
  private static final Set<String> NOT_HERE =
      Set.of(
          "CgroupsKernelTest.devicesAreTheOnesAllowed",
          "CgroupsKernelTest.hugePagesThatCannotBeLimitedAreRefusedUnlessNoneAreAsked",
          "CgroupsKernelTest.versionOneAloneKillsByTheFreezer");

  @Test
  void cgroupsShimAndPodLives() throws IOException {
    Optional<String> missing = UmlGuest.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
    Path job = Files.createTempDirectory("berth-uml");
    try {
      GuestReport report =
          new GuestTests(UmlGuest.in(job, Duration.ofMinutes(5)).disk(swap(job)), job)
              .run(
                  SWAP,
                  "dev.berth.cgroup.CgroupsKernelTest",
                  "dev.berth.shim.ShimCgroupKernelTest",
                  "dev.berth.shim.ShimLifecycleKernelTest",
                  "dev.berth.e2e.CgroupVersion2");
      assertThat(report.failed()).isEmpty();
      assertThat(report.skipped().keySet()).isEqualTo(NOT_HERE);
      assertThat(report.passed()).hasSizeGreaterThan(30);
    } finally {
      Folders.delete(job);
    }
  }

  private static Path swap(Path job) throws IOException {
    Path file = job.resolve("swap");
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(SWAP_BYTES);
    }
    return file;
  }
}
