package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.document.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * A blob, or a part of one, from one host, across broken connections: each goes on where the one
 * before ended. Ends for good when several in a row bring nothing.
 */
final class BlobStream extends InputStream {
  private static final int MAX_FRUITLESS = 3;
  private static final int MAX_BREAKS = 50;
  private static final int PARTIAL = 206;

  private final RegistrySession session;
  private final Descriptor descriptor;
  private final String what;
  private Exchange answer;
  private long position;
  private long end;
  private long positionAtBreak = -1;
  private int fruitless;
  private int breaks;

  private BlobStream(
      RegistrySession session, Descriptor descriptor, String what, long from, long end) {
    this.session = session;
    this.descriptor = descriptor;
    this.what = what;
    this.position = from;
    this.end = end;
    this.answer = get(session, descriptor, range(), what);
    skipToPosition();
  }

  /** All of a blob from some byte on. */
  static BlobStream open(RegistrySession session, Descriptor descriptor, long from, String what) {
    return new BlobStream(session, descriptor, what, from, descriptor.size());
  }

  /**
   * A part of a blob. Where the host does not know ranges it is all of the blob from there on, as
   * {@link #end} then says.
   */
  static BlobStream part(
      RegistrySession session, Descriptor descriptor, long from, long to, String what) {
    BlobStream part = new BlobStream(session, descriptor, what, from, to);
    if (part.answer.status() != PARTIAL) {
      part.end = descriptor.size();
    }
    return part;
  }

  /** Where in the blob this ends. */
  long end() {
    return end;
  }

  private boolean isPart() {
    return end < descriptor.size();
  }

  /**
   * Lets all of a part come before it is read; its length is bounded, or it comes as it is read.
   */
  void readAhead() {
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(Long.MAX_VALUE);
    if (length == end - position) {
      answer.body().readAhead();
    }
  }

  private Map<String, String> range() {
    if (isPart()) {
      return Map.of("Range", "bytes=" + position + "-" + (end - 1));
    }
    return position == 0 ? Map.of() : Map.of("Range", "bytes=" + position + "-");
  }

  /** A connection that breaks before the answer is seen is one that broke at its beginning. */
  private static Exchange get(
      RegistrySession session, Descriptor descriptor, Map<String, String> range, String what) {
    for (int tries = 1; ; tries++) {
      try {
        return session.get(path(descriptor), range, what);
      } catch (Fault.Unavailable e) {
        if (tries >= MAX_FRUITLESS) {
          throw e;
        }
      }
    }
  }

  private static String path(Descriptor descriptor) {
    return "blobs/" + descriptor.digest();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    while (!isPart() || position < end) {
      try {
        int most = isPart() ? (int) Math.min(length, end - position) : length;
        int n = answer.body().read(buffer, offset, most);
        if (n < 0 && isPart()) {
          throw new IOException("a part ended early");
        }
        position += Math.max(0, n);
        return n;
      } catch (IOException e) {
        resume(e);
      }
    }
    return -1;
  }

  private void resume(IOException broken) {
    answer.close();
    fruitless = position == positionAtBreak ? fruitless + 1 : 0;
    positionAtBreak = position;
    if (fruitless >= MAX_FRUITLESS || ++breaks > MAX_BREAKS || position >= descriptor.size()) {
      throw new Fault.Unavailable(
          what
              + ": the connection broke after "
              + position
              + " of "
              + descriptor.size()
              + " bytes: "
              + broken.getMessage(),
          broken);
    }
    answer = get(session, descriptor, range(), what);
    skipToPosition();
  }

  /** A host that does not know ranges sends all of it again. */
  private void skipToPosition() {
    if (position == 0 && answer.status() != PARTIAL) {
      return;
    }
    boolean partial = answer.status() == PARTIAL;
    if (partial && !answer.header("Content-Range").startsWith("bytes " + position + "-")) {
      throw new Fault.Unavailable(what + ": asked for a range from " + position + ", got another");
    }
    if (!partial) {
      try {
        answer.body().skipNBytes(position);
      } catch (IOException e) {
        throw new Fault.Unavailable(what + ": the connection broke again: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void close() {
    answer.close();
  }
}
