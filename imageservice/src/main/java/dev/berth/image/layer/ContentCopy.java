package dev.berth.image.layer;

import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Copies a member's content into a file.
 *
 * <p>Memory outside the heap is freed by a garbage collection only, so each thread keeps its buffer
 * for the layers to come.
 */
final class ContentCopy {
  private static final int BUFFER = 256 << 10;
  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  private static final class Buffers {
    final byte[] chunk = new byte[BUFFER];
    final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
  }

  private final FileIo io;
  private final Buffers buffers = BUFFERS.get();

  ContentCopy(FileIo io) {
    this.io = io;
  }

  /** Writes what is left of the current member. */
  void all(TarReader content, Fd file) throws IOException {
    int n;
    while ((n = content.read(buffers.chunk, 0, BUFFER)) >= 0) {
      buffers.direct.clear().put(buffers.chunk, 0, n).flip();
      io.writeAll(file, buffers.direct);
    }
  }
}
