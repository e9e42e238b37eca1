package dev.berth.image.layer;

import dev.berth.fault.Fault;
import dev.berth.image.reference.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Bytes on their way, counted and hashed; {@link #verify} tells whether they were the right ones.
 *
 * <p>Never passes on more bytes than were stated. Skips by reading.
 */
final class VerifiedStream extends InputStream {
  private static final int CHUNK = 64 << 10;

  private final InputStream in;
  private final MessageDigest hash;
  private final long limit;
  private long count;
  private boolean ended;

  /**
   * A stream.
   *
   * @param limit the most bytes that may come; one more is an end and is found by {@link #verify}
   */
  VerifiedStream(InputStream in, Digest.Algorithm algorithm, long limit) {
    this.in = in;
    this.hash = algorithm.hash();
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int n = in.read(buffer, offset, length);
    if (n < 0) {
      ended = true;
      return -1;
    }
    count += n;
    if (count > limit) {
      throw new BadLayerException("it is longer than " + limit + " bytes");
    }
    hash.update(buffer, offset, n);
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    byte[] chunk = new byte[(int) Math.min(n, CHUNK)];
    long skipped = 0;
    while (skipped < n) {
      int read = read(chunk, 0, (int) Math.min(chunk.length, n - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  /** Readers of several gzip members in a row ask this to learn whether another may follow. */
  @Override
  public int available() {
    return ended ? 0 : 1;
  }

  /** Reads to the end, so that the hash covers everything. */
  void drain() throws IOException {
    byte[] chunk = new byte[CHUNK];
    while (read(chunk, 0, chunk.length) >= 0) {
      // hashed on the way
    }
  }

  /** Bytes that came so far. */
  long count() {
    return count;
  }

  /**
   * Compares what came; the stream must have ended.
   *
   * @throws Fault.DataLoss the digest or the length is another
   */
  void verify(Digest expected, long size, String what) {
    Digest actual = Digest.of(expected.algorithm(), hash.digest());
    if (count != size) {
      throw new Fault.DataLoss(
          what + ": digest mismatch, stated as " + size + " bytes but " + count + " came", null);
    }
    if (!actual.equals(expected)) {
      throw new Fault.DataLoss(
          what + ": digest mismatch, expected " + expected + " but the content has " + actual,
          null);
    }
  }

  /** Leaves the source open: what decompresses this ends before what is left was read. */
  @Override
  public void close() {}
}
