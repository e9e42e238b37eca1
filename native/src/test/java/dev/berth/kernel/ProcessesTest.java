package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {

  private final Processes processes = Kernel.linux().processes();
  private final FileIo io = Kernel.linux().io();

  @Test
  void startsWithGivenDescriptorsAndEnvironmentOnly() throws Exception {
    try (var out = io.pipe(0);
        var err = io.pipe(0)) {
      var request =
          new Processes.Spawn(
              "/bin/sh",
              List.of("sh", "-c", "echo $A; echo wrong >&3; ls /proc/self/fd >&2; exit 7"),
              List.of("A=b c", "PATH=/bin:/usr/bin"),
              Map.of(1, out.write(), 2, err.write(), 3, out.write()),
              true);
      int pid = processes.spawn(request);
      out.write().close();
      err.write().close();
      try (Fd pidfd = processes.pidfdOpen(pid)) {
        assertThat(processes.waitFor(pidfd, 0)).contains(new Processes.Exit(pid, 7, false));
      }
      assertThat(readAll(out.read())).isEqualTo("b c\nwrong\n");
      assertThat(readAll(err.read()).lines()).contains("1", "2", "3").hasSizeLessThanOrEqualTo(5);
    }
  }

  /** 1 → 2 and 2 → 1 at once: neither may overwrite the other before it was copied. */
  @Test
  void descriptorsMaySwapNumbers() throws Exception {
    try (var one = io.pipe(0);
        var two = io.pipe(0)) {
      int low = Math.min(one.write().number(), two.write().number());
      int high = Math.max(one.write().number(), two.write().number());
      var swapped = Map.of(low, Fd.borrowed(high), high, Fd.borrowed(low));
      int pid =
          processes.spawn(
              new Processes.Spawn(
                  "/bin/bash",
                  List.of("bash", "-c", "echo low >&" + low + "; echo high >&" + high),
                  List.of(),
                  swapped,
                  false));
      processes.waitFor(pid, 0);
      boolean oneIsLow = one.write().number() == low;
      one.write().close();
      two.write().close();
      assertThat(readAll(one.read())).isEqualTo(oneIsLow ? "high\n" : "low\n");
    }
  }

  @Test
  void signalsThroughThePidfd() throws Exception {
    int pid =
        processes.spawn(
            new Processes.Spawn("/bin/sleep", List.of("sleep", "100"), List.of(), Map.of(), false));
    try (Fd pidfd = processes.pidfdOpen(pid)) {
      assertThat(processes.waitFor(pidfd, Processes.WNOHANG)).isEmpty();
      processes.kill(pid, 0);
      processes.pidfdSendSignal(pidfd, Processes.SIGKILL);
      assertThat(processes.waitFor(pidfd, 0))
          .contains(new Processes.Exit(pid, Processes.SIGKILL, true));
      assertThatThrownBy(() -> processes.pidfdSendSignal(pidfd, Processes.SIGKILL))
          .hasMessageContaining("ESRCH");
    }
  }

  @Test
  void aMissingProgramIsNamed(@TempDir Path folder) {
    String missing = folder.resolve("missing").toString();
    var request = new Processes.Spawn(missing, List.of("x"), List.of(), Map.of(), false);
    assertThatThrownBy(() -> processes.spawn(request))
        .hasMessage("posix_spawn(" + missing + "): ENOENT (no such file or directory)");
  }

  private String readAll(Fd fd) throws ErrnoException {
    ByteBuffer room = ByteBuffer.allocate(4096);
    while (io.read(fd, room) > 0) {
      assertThat(room.remaining()).isPositive();
    }
    return StandardCharsets.UTF_8.decode(room.flip()).toString();
  }
}
