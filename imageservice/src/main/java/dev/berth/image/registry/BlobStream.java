package dev.berth.image.registry;

import dev.berth.fault.Fault;
import dev.berth.image.document.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * A blob from one host, across broken connections: each goes on where the one before ended. Ends
 * for good when several in a row bring nothing.
 */
final class BlobStream extends InputStream {
  private static final int MAX_FRUITLESS = 3;
  private static final int MAX_BREAKS = 50;

  private final RegistrySession session;
  private final Descriptor descriptor;
  private final String what;
  private Exchange answer;
  private long position;
  private long positionAtBreak = -1;
  private int fruitless;
  private int breaks;

  private BlobStream(RegistrySession session, Descriptor descriptor, String what, Exchange answer) {
    this.session = session;
    this.descriptor = descriptor;
    this.what = what;
    this.answer = answer;
  }

  static BlobStream open(RegistrySession session, Descriptor descriptor, long from, String what) {
    Exchange answer = get(session, descriptor, range(from), what);
    BlobStream blob = new BlobStream(session, descriptor, what, answer);
    blob.position = from;
    blob.skipToPosition();
    return blob;
  }

  private static Map<String, String> range(long from) {
    return from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-");
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
    while (true) {
      try {
        int n = answer.body().read(buffer, offset, length);
        if (n > 0) {
          position += n;
        }
        return n;
      } catch (IOException e) {
        resume(e);
      }
    }
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
    answer = get(session, descriptor, range(position), what);
    skipToPosition();
  }

  /** A host that does not know ranges sends all of it again. */
  private void skipToPosition() {
    if (position == 0) {
      return;
    }
    boolean partial = answer.status() == 206;
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
