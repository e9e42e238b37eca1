package dev.berth.image.layer;

import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Copies a member's content into a file, or reads one, and sums it up.
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

  /**
   * Writes what is left of the current member.
   *
   * @return the file's share of the layer
   */
  LayerUsage all(TarReader content, Fd file) throws IOException {
    CRC32C sum = new CRC32C();
    long size = 0;
    int n;
    while ((n = content.read(buffers.chunk, 0, BUFFER)) >= 0) {
      sum.update(buffers.chunk, 0, n);
      size += n;
      buffers.direct.clear().put(buffers.chunk, 0, n).flip();
      io.writeAll(file, buffers.direct);
    }
    return LayerUsage.ofFile(size, (int) sum.getValue());
  }

  /** The share of a file that is there already, read from its beginning. */
  LayerUsage read(Fd file) throws IOException {
    CRC32C sum = new CRC32C();
    long size = 0;
    while (io.read(file, buffers.direct.clear()) > 0) {
      size += buffers.direct.flip().remaining();
      sum.update(buffers.direct);
    }
    return LayerUsage.ofFile(size, (int) sum.getValue());
  }

  /** A symbolic link's share. */
  static LayerUsage link(byte[] target) {
    CRC32C sum = new CRC32C();
    sum.update(target);
    return LayerUsage.ofLink(target.length, (int) sum.getValue());
  }
}
