package dev.berth.image.layer;

import dev.berth.kernel.Libisal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.zip.DataFormatException;
import java.util.zip.ZipException;

/**
 * Gzip data (RFC 1952), several members in a row too, inflated by ISA-L.
 *
 * <p>The members' checksums are read over, not compared: whoever reads a layer compares SHA-256 of
 * what goes in and of what comes out.
 */
final class FastGzipStream extends InputStream {
  private static final int INPUT = 128 << 10;
  private static final int OUTPUT = 256 << 10;
  private static final int TRAILER = 8;
  private static final int MAX_FIELD = 64 << 10;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  /** Memory outside the heap comes back late when it is left to the collector: a few are kept. */
  private static final BlockingQueue<Engine> IDLE = new ArrayBlockingQueue<>(8);

  private static final class Engine {
    final Libisal.Inflation inflation;
    final ByteBuffer in = ByteBuffer.allocateDirect(INPUT);
    final ByteBuffer out = ByteBuffer.allocateDirect(OUTPUT);
    final byte[] chunk = new byte[INPUT];

    Engine(Libisal library) {
      inflation = library.begin();
    }

    static Engine take(Libisal library) {
      Engine idle = IDLE.poll();
      Engine engine = idle == null ? new Engine(library) : idle;
      engine.in.clear().limit(0);
      engine.out.clear().limit(0);
      engine.inflation.reset();
      return engine;
    }
  }

  private final PushbackInputStream source;
  private final Engine engine;
  private final Libisal.Inflation inflation;
  private final ByteBuffer in;
  private final ByteBuffer out;
  private boolean ended;
  private boolean closed;

  /** A stream over gzip data, whose first header is read here. */
  FastGzipStream(InputStream source, Libisal library) throws IOException {
    this.source = new PushbackInputStream(source, INPUT + TRAILER);
    header();
    this.engine = Engine.take(library);
    this.inflation = engine.inflation;
    this.in = engine.in;
    this.out = engine.out;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!out.hasRemaining()) {
      if (ended) {
        return -1;
      }
      fill();
    }
    int n = Math.min(length, out.remaining());
    out.get(target, offset, n);
    return n;
  }

  /** Inflates once; at the end of a member goes on to the next, or ends. */
  private void fill() throws IOException {
    boolean fed = in.hasRemaining() || feed();
    out.clear();
    int before = in.position();
    try {
      inflation.inflate(in, out);
    } catch (DataFormatException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    out.flip();
    boolean stuck = in.position() == before && !out.hasRemaining();
    // Without input left it may also be cut off: then what it held lacks its end, and is found to.
    if (stuck && (in.hasRemaining() || !fed)) {
      endOfMember();
    }
  }

  private boolean feed() throws IOException {
    int n = source.read(engine.chunk, 0, INPUT);
    in.clear();
    in.put(engine.chunk, 0, Math.max(0, n)).flip();
    return n > 0;
  }

  private void endOfMember() throws IOException {
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    source.unread(rest);
    source.unread(inflation.unused());
    if (source.readNBytes(TRAILER).length < TRAILER) {
      throw new EOFException("the gzip data is cut off");
    }
    int next = source.read();
    if (next < 0) {
      ended = true;
      return;
    }
    source.unread(next);
    header();
    inflation.reset();
  }

  private void header() throws IOException {
    if (octet() != 0x1f || octet() != 0x8b || octet() != 8) {
      throw wrong("no gzip header");
    }
    int flags = octet();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(octet() | (octet() << 8));
    }
    if ((flags & NAME) != 0) {
      text();
    }
    if ((flags & COMMENT) != 0) {
      text();
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      skip(2);
    }
  }

  private void text() throws IOException {
    for (int i = 0; octet() != 0; i++) {
      if (i > MAX_FIELD) {
        throw wrong("a header field without end");
      }
    }
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      octet();
    }
  }

  private int octet() throws IOException {
    int octet = source.read();
    if (octet < 0) {
      throw new EOFException("the gzip data is cut off");
    }
    return octet;
  }

  private static ZipException wrong(String why) {
    return new ZipException("gzip data: " + why);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      ended = true;
      out.limit(out.position());
      var _ = IDLE.offer(engine);
    }
    source.close();
  }
}
