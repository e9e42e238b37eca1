package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileIoTest {

  @TempDir Path folder;
  private final FileIo io = Kernel.linux().io();
  private final FileTree tree = Kernel.linux().tree();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writesAndReadsBack(boolean direct) throws Exception {
    int size = 100_000;
    ByteBuffer out = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    ByteBuffer in = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    for (int i = 0; i < size; i++) {
      out.put((byte) i);
    }
    out.flip();
    int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT;
    try (Fd file = tree.open(Fd.CWD, folder.resolve("f").toString(), flags, 0600)) {
      io.writeAll(file, out);
      while (in.hasRemaining()) {
        io.pread(file, in, in.position());
      }
      assertThat(in.flip()).isEqualTo(out.flip());
      io.pwrite(file, ByteBuffer.wrap(new byte[] {9}), size + 10L);
      assertThat(tree.statx(file, "", AtFlags.AT_EMPTY_PATH).size()).isEqualTo(size + 11L);
      io.ftruncate(file, 5);
      io.fallocate(file, 0, 0, 4096);
      assertThat(tree.statx(file, "", AtFlags.AT_EMPTY_PATH).size()).isEqualTo(4096);
      io.fdatasync(file);
      io.fsync(file);
      assertThat(io.fstatfs(file).blockSize()).isPositive();
    }
  }

  @Test
  void pipesAnswerWouldBlockAndEnd() throws Exception {
    try (var pipe = io.pipe(OpenFlags.O_NONBLOCK)) {
      ByteBuffer room = ByteBuffer.allocate(8);
      assertThat(io.read(pipe.read(), room)).isEqualTo(FileIo.WOULD_BLOCK);
      io.writeAll(pipe.write(), ByteBuffer.wrap("hi".getBytes(StandardCharsets.UTF_8)));
      assertThat(io.read(pipe.read(), room)).isEqualTo(2);
      pipe.write().close();
      assertThat(io.read(pipe.read(), room)).isZero();
    }
  }

  @Test
  void sealedMemoryCannotBeWritten() throws Exception {
    try (Fd memory = io.memfd("berth-test", false)) {
      io.writeAll(memory, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      io.addSeals(
          memory, FileIo.SEAL_SEAL | FileIo.SEAL_SHRINK | FileIo.SEAL_GROW | FileIo.SEAL_WRITE);
      assertThatThrownBy(() -> io.pwrite(memory, ByteBuffer.wrap(new byte[] {1}), 0))
          .hasMessageContaining("EPERM");
    }
  }

  @Test
  void aSecondLockIsRefused() throws Exception {
    int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT;
    String path = folder.resolve("lock").toString();
    try (Fd one = tree.open(Fd.CWD, path, flags, 0600);
        Fd two = tree.open(Fd.CWD, path, flags, 0600)) {
      assertThat(io.tryFlock(one, true)).isTrue();
      assertThat(io.tryFlock(two, true)).isFalse();
    }
  }

  @Test
  void attributesAreListed() throws Exception {
    int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT;
    try (Fd file = tree.open(Fd.CWD, folder.resolve("x").toString(), flags, 0600)) {
      io.fsetxattr(file, "user.a", new byte[] {1, 0, 2}, 0);
      assertThat(io.fgetxattr(file, "user.a")).contains(new byte[] {1, 0, 2});
      assertThat(io.fgetxattr(file, "user.b")).isEmpty();
      assertThat(io.flistxattr(file)).contains("user.a");
    }
  }

  @Test
  void waitingIsRefusedOnVirtualThreads() throws Exception {
    var seen = new AtomicReference<@Nullable Throwable>();
    try (var pipe = io.pipe(0)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  io.read(pipe.read(), ByteBuffer.allocate(1));
                } catch (ErrnoException | RuntimeException e) {
                  seen.set(e);
                }
              })
          .join();
    }
    assertThat(seen.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("virtual thread");
  }
}
