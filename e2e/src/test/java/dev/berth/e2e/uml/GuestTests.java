package dev.berth.e2e.uml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs test classes of any module in a guest, by the console launcher, in one JVM. */
final class GuestTests {
  private final UmlGuest guest;
  private final Path job;

  GuestTests(UmlGuest guest, Path job) {
    this.guest = guest;
    this.job = job;
  }

  /**
   * Boots the guest, runs the tests, and reads the report.
   *
   * @param prepare a shell command that the guest runs first
   * @param classes names of test classes
   */
  GuestReport run(String prepare, String... classes) throws IOException {
    List<String> java =
        TestCommand.of(Path.of("/run/job/reports"), List.of("-Dberth.e2e.network=host"), classes);
    GuestResult done = guest.run("sh", "-c", "set -e; " + prepare + "; " + String.join(" ", java));
    Path report = job.resolve("reports").resolve(TestCommand.REPORT);
    if (!Files.exists(report)) {
      throw new IOException("the guest wrote no report: " + done);
    }
    return GuestReport.read(report);
  }
}
