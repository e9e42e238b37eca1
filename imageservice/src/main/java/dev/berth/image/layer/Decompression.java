package dev.berth.image.layer;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.berth.kernel.Libisal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Opens a layer's stream by what it begins with, since what a media type says is often wrong and
 * the digests decide anyway.
 */
public final class Decompression {
  private static final int BUFFER = 64 << 10;
  private static final int MAGIC = 4;

  private Decompression() {}

  /** The uncompressed stream; closing it closes the source and frees native memory. */
  public static InputStream of(InputStream in) throws IOException {
    Lookahead source = new Lookahead(in);
    byte[] magic = source.peek();
    if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
      return Fastest.ISAL.isPresent()
          ? new FastGzipStream(source, Fastest.ISAL.get())
          : new GZIPInputStream(source, BUFFER);
    }
    if (isZstd(magic)) {
      return new ZstdInputStreamNoFinalizer(source).setContinuous(false);
    }
    return source;
  }

  /** A zstd frame, or one of the frames that a decoder skips (RFC 8878, 3.1). */
  private static boolean isZstd(byte[] magic) {
    if (magic.length < MAGIC) {
      return false;
    }
    boolean frame =
        magic[0] == 0x28 && magic[1] == (byte) 0xb5 && magic[2] == 0x2f && magic[3] == (byte) 0xfd;
    boolean skippable =
        (magic[0] & 0xf0) == 0x50 && magic[1] == 0x2a && magic[2] == 0x4d && magic[3] == 0x18;
    return frame || skippable;
  }

  /** Looked for when the first gzip layer comes, not at the daemon's start. */
  private static final class Fastest {
    static final Optional<Libisal> ISAL = Libisal.load();
  }

  private static final class Lookahead extends PushbackInputStream {
    Lookahead(InputStream in) {
      super(in, MAGIC);
    }

    byte[] peek() throws IOException {
      byte[] magic = readNBytes(MAGIC);
      unread(magic);
      return magic;
    }
  }
}
