package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recording and the breaking kernel, on a small operation. */
class SeamTest {

  @TempDir Path folder;

  @Test
  void callsAndOpenDescriptorsAreRecorded() throws Exception {
    var recording = new RecordingKernel();
    Kernel kernel = recording.over(Kernel.linux());
    kernel.tree().mkdirat(Fd.CWD, folder + "/d", 0700);
    try (Fd dir = kernel.tree().open(Fd.CWD, folder + "/d", OpenFlags.O_DIRECTORY, 0)) {
      assertThat(recording.open()).containsExactly(dir);
    }
    assertThat(recording.open()).isEmpty();
    assertThat(recording.calls()).startsWith("mkdirat(cwd, " + folder + "/d, 448)").hasSize(2);
  }

  @Test
  void everyCallOfAnOperationCanBeBroken() throws Exception {
    int broken = 0;
    while (true) {
      var recording = new RecordingKernel();
      var faulty = FaultyKernel.any(broken + 1, Errno.ENOSPC);
      try {
        writeWhole(faulty.over(recording.over(Kernel.linux())), folder + "/f");
        break;
      } catch (ErrnoException e) {
        assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
        assertThat(faulty.struck()).isTrue();
        assertThat(recording.open()).isEmpty();
        broken++;
      }
    }
    assertThat(broken).isEqualTo(4);
    assertThat(folder.resolve("f")).hasContent("x");
  }

  @Test
  void oneCallByNameCanBeBroken() {
    Kernel kernel = FaultyKernel.call("renameat2", 1, Errno.EXDEV).over(Kernel.linux());
    assertThatThrownBy(() -> writeWhole(kernel, folder + "/g"))
        .hasMessage("renameat2(broken by a test): EXDEV (invalid cross-device link)");
    assertThat(Files.exists(folder.resolve("g"))).isFalse();
  }

  /** Write beside, sync, rename: four calls that can fail. */
  private static void writeWhole(Kernel kernel, String path) throws ErrnoException {
    int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC;
    try (Fd file = kernel.tree().open(Fd.CWD, path + ".new", flags, 0600)) {
      kernel.io().write(file, ByteBuffer.wrap(new byte[] {'x'}));
      kernel.io().fsync(file);
    }
    kernel.tree().renameat2(Fd.CWD, path + ".new", Fd.CWD, path, 0);
  }
}
