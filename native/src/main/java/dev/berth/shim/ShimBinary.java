package dev.berth.shim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;

/** The shim's program, carried on the class path. */
final class ShimBinary {
  private static final String RESOURCE = "berth-shim";
  private static final int MAX = 4 << 20;

  private ShimBinary() {}

  /**
   * The whole program, in a direct buffer ready to be read.
   *
   * @throws IOException when this build carries none
   */
  static ByteBuffer load() throws IOException {
    try (InputStream in = ShimBinary.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("load the shim's program: this build of Berth carries none");
      }
      ByteBuffer program = ByteBuffer.allocateDirect(MAX);
      try (ReadableByteChannel channel = Channels.newChannel(in)) {
        while (program.hasRemaining() && channel.read(program) >= 0) {
          Thread.onSpinWait();
        }
      }
      return program.flip();
    }
  }
}
