package dev.berth.shim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The shim's program, carried on the class path. */
final class ShimBinary {
  private static final String RESOURCE = "berth-shim";
  private static final int MAX = 4 << 20;

  private ShimBinary() {}

  /**
   * The whole program, in a direct buffer ready to be read.
   *
   * @param other a file to take it from instead
   * @throws IOException when this build carries none
   */
  static ByteBuffer load(@Nullable Path other) throws IOException {
    try (InputStream in =
        other == null
            ? ShimBinary.class.getResourceAsStream(RESOURCE)
            : Files.newInputStream(other)) {
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
