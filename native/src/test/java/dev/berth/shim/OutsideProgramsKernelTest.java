package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.kernel.Errno;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of others are run, bounded, and leave nothing behind. */
class OutsideProgramsKernelTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final OutsidePrograms programs = new OutsidePrograms(Kernel.linux());

  @AfterEach
  void close() {
    programs.close();
  }

  private OutsideProgram.Outcome run(String script, Duration deadline, int most) throws Exception {
    return programs.run(
        new OutsideProgram(
            script(script).toString(),
            List.of("one", "two"),
            List.of("PATH=/usr/bin:/bin", "WORD=given"),
            folder.toString(),
            "the input".getBytes(StandardCharsets.UTF_8),
            deadline,
            most));
  }

  private Path script(String text) throws IOException {
    Path script = folder.resolve("script");
    Files.writeString(script, "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void aProgramHasItsInputArgumentsEnvironmentAndDirectoryAndNothingElse() throws Exception {
    var outcome =
        run(
            "cat; echo \" $* $WORD $HOME|$(pwd)\"; ls /proc/self/fd | wc -l; echo oops >&2; exit 7",
            LONG,
            4096);
    assertThat(outcome.end()).isEqualTo(OutsideProgram.End.EXIT);
    assertThat(outcome.number()).isEqualTo(7);
    // ls has its three and the folder that it reads
    assertThat(text(outcome.output())).isEqualTo("the input one two given |" + folder + "\n4\n");
    assertThat(text(outcome.errors())).isEqualTo("oops\n");
  }

  @Test
  void aProgramThatHangsIsKilledWithAllThatItStarted() throws Exception {
    Path pids = folder.resolve("pids");
    var outcome =
        run(
            "setsid sh -c 'echo $$ >>"
                + pids
                + "; exec sleep 600' &\n"
                + "sleep 600 & echo $! >>"
                + pids
                + "; wait",
            Duration.ofMillis(400),
            4096);
    assertThat(outcome.end()).isEqualTo(OutsideProgram.End.DEADLINE);
    assertThat(Files.readAllLines(pids)).hasSize(2).allSatisfy(OutsideProgramsKernelTest::isGone);
  }

  private static void isGone(String pid) {
    assertThat(Path.of("/proc", pid, "exe")).doesNotExist();
  }

  @Test
  void aProgramThatWritesWithoutEndIsKilled() throws Exception {
    var outcome = run("exec cat /dev/zero", LONG, 100_000);
    assertThat(outcome.end()).isEqualTo(OutsideProgram.End.OUTPUT);
    assertThat(outcome.output().length).isLessThanOrEqualTo(100_000);
  }

  @Test
  void aChildThatHoldsTheOutputOpenDoesNotKeepAnybodyWaiting() throws Exception {
    var outcome = run("sleep 600 & echo done", LONG, 4096);
    assertThat(outcome.succeeded()).isTrue();
    assertThat(text(outcome.output())).isEqualTo("done\n");
  }

  @Test
  void whatCannotBeStartedSaysWhy() throws Exception {
    var missing =
        new OutsideProgram("/nowhere/at/all", List.of(), List.of(), "/", new byte[0], LONG, 64);
    var outcome = programs.run(missing);
    assertThat(outcome.end()).isEqualTo(OutsideProgram.End.START);
    assertThat(outcome.number()).isEqualTo(Errno.ENOENT);
  }

  @Test
  void aSignalIsReported() throws Exception {
    var outcome = run("kill -TERM $$", LONG, 64);
    assertThat(outcome.end()).isEqualTo(OutsideProgram.End.SIGNAL);
    assertThat(outcome.number()).isEqualTo(15);
  }
}
